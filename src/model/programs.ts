/** Group that agent and gateway run as; the rules let its traffic pass, or it would be sent to itself. */
export const EXEMPT_GROUP = 13370;

/**
 * Raised whenever a peer of another version could misread what is sent. Session and programs speak this one alone: names
 * of agents carry it, so that a session finds those that it can speak with, and places one of its own beside the others.
 */
export const PROTOCOL_VERSION = 4;

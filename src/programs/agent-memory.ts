const MB = 1e6;

/**
 * What an agent has of memory that nobody else can have, bytes: at rest, and at most while many callers ask much at once.
 * Measured by `npm run bench -- --only footprint`; what the agent does to keep to it is in `agent/bounds.ts`,
 * `agent/thrift.ts` and `tunnel/budget.ts`.
 */
export const AGENT_MEMORY = { atRest: 20 * MB, atMost: 60 * MB } as const;

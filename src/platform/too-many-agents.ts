import { DevenvError } from '../common/errors.ts';

/**
 * How often an agent may be placed at one place within an hour: in a pod each leaves a trace that cannot be removed, and
 * one that ends again and again will not stay the next time either.
 */
export const MOST_PLACEMENTS = { count: 10, withinMs: 3_600_000 } as const;

/** The error of a place where agents end again and again. `what` names it, as in `an agent was placed WHAT 10 times`. */
export function tooManyAgents(what: string, evidence: readonly string[] = []): DevenvError {
  return new DevenvError({
    code: 'too-many-agents',
    message: `an agent was placed ${what} ${MOST_PLACEMENTS.count} times within an hour and did not stay; none is placed there for now`,
    hint: 'find out what ends it: its output, a limit of memory, a policy, somebody who removes it. Then start the workload anew, or wait an hour; a session that runs goes on by itself',
    ...(evidence.length === 0 ? {} : { evidence }),
    owner: 'environment',
  });
}

import { type Deferred, deferred } from '../common/deferred.ts';
import type { ClaimState } from './verdict.ts';

/** A bridge at one agent that is connected. */
export interface AgentClaim {
  state: Exclude<ClaimState, 'silent'>;
  /** Why it is refused, or why the agent does not send requests that are wanted; undefined when all is well. */
  objection: string | undefined;
  /** Requests were asked for last: only then it says something that the agent sends none. */
  isAskedFor: boolean;
  /** Callers whose connection to the original began before and goes on. */
  staying: number;
  /** Connections that went to the original because the agent carried as many as it may. */
  passedOn: number;
  /** When it was claimed last, on the clock of `performance`; undefined while it was not. */
  since: number | undefined;
  /** Settles as the first attempt to claim does; resolves also when the agent goes before. */
  readonly first: Deferred<void>;
  /** Aborted when the agent is gone, or the bridge closed. */
  readonly left: AbortController;
}

/** One that is being claimed for the first time. */
export function newClaim(): AgentClaim {
  return {
    state: 'claiming',
    objection: undefined,
    isAskedFor: false,
    staying: 0,
    passedOn: 0,
    since: undefined,
    first: deferred(),
    left: new AbortController(),
  };
}

/** It is not wanted any more: nobody waits for it. */
export function leave({ left, first }: AgentClaim): void {
  left.abort();
  first.resolve();
}

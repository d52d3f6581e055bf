import type { Reporter } from '../model/event.ts';
import type { AgentEvent } from '../protocol/index.ts';
import type { BridgeAgent } from './ports.ts';

/** As many callers are named whose request was cut off. */
const TOLD_CALLERS = 5;

/** Why requests in flight had to end, and how long they had for it. */
export interface EndOfRequests {
  /** In words, e.g. `when bridge app:8080 closed`. */
  readonly why: string;
  /** Milliseconds. */
  readonly drainMs: number;
}

/**
 * Gives a port back at a place that the target has left. It may go on for a while, and so may what is in flight there: what has
 * not ended after so many milliseconds is cut off, and told. Never rejects.
 */
export async function leavePlace(
  agent: BridgeAgent,
  key: { readonly port: number; readonly tunnel: string },
  drainMs: number,
  report: Reporter,
): Promise<void> {
  const answer = await agent.giveBack({ type: 'release', ...key, drain: drainMs });
  tellCut([answer], { why: `when ${agent.place} ended`, drainMs }, report);
}

/** Warns of requests that agents had to cut off, by their answers. Says nothing where there are none. */
export function tellCut(
  answers: readonly (AgentEvent | undefined)[],
  { why, drainMs }: EndOfRequests,
  report: Reporter,
): void {
  const cut = answers.flatMap((answer) => (answer?.type === 'done' ? (answer.cut ?? []) : []));
  if (cut.length === 0) return;
  const some = cut.slice(0, TOLD_CALLERS).join(', ');
  const others = cut.length > TOLD_CALLERS ? ` and ${cut.length - TOLD_CALLERS} more` : '';
  const requests = cut.length === 1 ? '1 request was' : `${cut.length} requests were`;
  const message = `${requests} cut off ${why}, not answered within ${drainMs / 1000} s: from ${some}${others}`;
  report({ type: 'warning', message });
}

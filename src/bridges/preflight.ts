import { type ErrorFacts, errorFacts } from '../common/errors.ts';
import { conflictBetween } from '../match/index.ts';
import { type Findings, joinedFindings } from '../model/findings.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { TargetRef } from '../model/workspace.ts';
import type { AgentEvent, ClaimSummary } from '../protocol/index.ts';
import { heldByAnother } from './refusal.ts';
import { sameRequests } from './same-requests.ts';

/** A port that a file wants to bridge, and who holds ports at the places of its target. */
export type WantedPort = Pick<BridgedPort, 'port' | 'target' | 'traffic'> & {
  /** The target as the file has it. */
  readonly reference: TargetRef;
  readonly held: readonly ClaimSummary[];
};

/** Asks whoever holds a port at all of its places whether they would let go of it: the answers. */
export type AskHolders = (wanted: WantedPort) => Promise<readonly AgentEvent[]>;

/** Who wants ports. */
export interface Wanting {
  /** Id of the session. */
  readonly session: string;
  /** What it has given to others, and does not want now. */
  readonly givenUp: readonly BridgedPort[];
  /** Undefined = whoever holds a port keeps it. */
  readonly ask: AskHolders | undefined;
}

/** What would be refused because another session than this one has the port, and keeps it. Errors: those of `ask`. */
export async function preflightBridges(
  ports: readonly WantedPort[],
  { session, givenUp, ask }: Wanting,
): Promise<Findings> {
  const wanted = ports.filter((port) => !givenUp.some((given) => sameRequests(given, port)));
  const problems = await Promise.all(wanted.map((one) => problemsOf(one, session, ask)));
  return joinedFindings([{ problems: problems.flat() }]);
}

async function problemsOf(
  wanted: WantedPort,
  session: string,
  ask: AskHolders | undefined,
): Promise<readonly ErrorFacts[]> {
  const { port, traffic, held } = wanted;
  const holder = held.find(
    (claim) =>
      claim.port === port &&
      claim.session !== session &&
      conflictBetween(claim.filter, traffic.filter) === 'conflict',
  );
  if (holder === undefined) return [];
  if (ask === undefined) return [errorFacts(heldByAnother(wanted, holder))];
  const refused = (await ask(wanted)).find((answer) => answer.type === 'refused');
  return refused === undefined
    ? []
    : [errorFacts(heldByAnother(wanted, refused.holder ?? holder, refused.reason))];
}

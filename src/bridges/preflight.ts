import { errorFacts } from '../common/errors.ts';
import { conflictBetween } from '../match/index.ts';
import { type Findings, joinedFindings } from '../model/findings.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { ClaimSummary } from '../protocol/index.ts';
import { heldByAnother } from './refusal.ts';

/** A port that a file wants to bridge, and who holds ports at the places of its target. */
export type WantedPort = Pick<BridgedPort, 'port' | 'target' | 'traffic'> & {
  readonly held: readonly ClaimSummary[];
};

/** What would be refused because another session than this one has the port. Pure. */
export function preflightBridges(wanted: readonly WantedPort[], session: string): Findings {
  const problems = wanted.flatMap(({ port, target, traffic, held }) => {
    const holder = held.find(
      (claim) =>
        claim.port === port &&
        claim.session !== session &&
        conflictBetween(claim.filter, traffic.filter) === 'conflict',
    );
    return holder === undefined ? [] : [errorFacts(heldByAnother({ port, target }, holder))];
  });
  return joinedFindings([{ problems }]);
}

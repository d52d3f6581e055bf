import { conflictBetween } from '../match/index.ts';
import { type Claimant, type ClaimTerms, summary } from './claim.ts';
import type { PortTable } from './ports.ts';

/** Whoever shares a port hears of it, when a claim on it begins or changes. */
export function tellShared(ports: PortTable, claimant: Claimant, terms: ClaimTerms): void {
  const { port, tunnel } = terms;
  const mine = ports.heldBy(claimant, terms);
  for (const other of ports.of(port)) {
    if (mine === undefined || other.claimant.id === claimant.id) continue;
    if (!meet(other.terms, terms)) continue;
    claimant.send({ type: 'shared', port, tunnel, with: summary(other) });
    const { claimant: holder } = other;
    holder.send({ type: 'shared', port, tunnel: other.terms.tunnel, with: summary(mine) });
  }
}

/** Whether there are requests that two claims would both take, or one takes from the whole port of the other. */
function meet(one: ClaimTerms, other: ClaimTerms): boolean {
  const isWhole = one.filter?.match === undefined || other.filter?.match === undefined;
  return isWhole || conflictBetween(one.filter, other.filter) === 'overlap';
}

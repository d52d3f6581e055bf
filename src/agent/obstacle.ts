import { type Claim, type Claimant, type ClaimTerms, type Obstacle, summary } from './claim.ts';
import type { PortTable } from './ports.ts';

/** What becomes of a claim that somebody wants. */
export interface Found {
  /** Why they cannot have it; undefined = they can. */
  readonly obstacle: Obstacle | undefined;
  /** The claim that this connection holds already. */
  readonly own: Claim | undefined;
  /** What older connections of the session have of it. */
  readonly older: readonly Claim[];
}

/** Looks at what stands in the way of a claim: others, or the session itself for another port or another tunnel. */
export function obstacleTo(ports: PortTable, claimant: Claimant, terms: ClaimTerms): Found {
  const own = ports.heldBy(claimant, terms);
  const older = ports.inTheWayOf(terms).filter((held) => held !== own);
  return { own, older, obstacle: obstacleAmong(older, own, claimant, terms) };
}

function obstacleAmong(
  inTheWay: readonly Claim[],
  own: Claim | undefined,
  claimant: Claimant,
  { to }: ClaimTerms,
): Obstacle | undefined {
  if (own !== undefined && own.terms.to !== to) return { holder: summary(own), tunnel: own.terms.tunnel };
  const others = inTheWay.find((held) => held.claimant.id !== claimant.id);
  if (others !== undefined) return { holder: summary(others), tunnel: undefined };
  const sibling = inTheWay.find((held) => held.claimant === claimant);
  return sibling && { holder: summary(sibling), tunnel: sibling.terms.tunnel };
}

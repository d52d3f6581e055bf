import type { Arrivals } from './arrivals.ts';
import type { Claim, PortTakeover } from './claim.ts';
import type { DrainOptions } from './drain-original.ts';

/**
 * Callers who have a connection to the original already follow the others to the service of a claim; its session hears how
 * many have not yet. See `Arrivals.moveToService`.
 */
export function moveKept(
  claim: Claim,
  arrivals: Arrivals,
  takeover: Pick<PortTakeover, 'drainOriginal'> | undefined,
): Promise<void> {
  const { port, times } = claim;
  const isWanted = () => claim.live && claim.times === times;
  const onLeft = (count: number) => {
    if (isWanted() || count === 0)
      claim.claimant.send({ type: 'staying', port, tunnel: claim.terms.tunnel, count });
  };
  const original = async (isOurs: DrainOptions['isOurs']) =>
    takeover?.drainOriginal(port, { isOurs, isWanted, onLeft });
  return arrivals.moveToService(port, isWanted, original);
}

import type { BridgedPort } from '../model/observed.ts';
import type { BridgedPlace, TargetSide } from '../model/target-side.ts';
import type { AgentClaim } from './agent-claim.ts';
import type { BridgeAgent } from './ports.ts';
import type { BridgeFacts, ClaimState } from './verdict.ts';

/** What is known of a bridge at one place of its target. */
export interface PlaceFacts {
  readonly name: string;
  readonly isReady: boolean;
  /** `absent`: no agent is connected there. */
  readonly claim: ClaimState | 'absent';
  /**
   * What is in the way: why the agent refused the claim or does not send requests that are wanted, or why there is no agent.
   * Undefined when nothing is known to be.
   */
  readonly objection: string | undefined;
}

/**
 * Where a bridge should be, with what is known of it there. Places that the target does not count, because it is about to
 * end there, are left out, whatever is still claimed. `side`: undefined while nothing was told of the target; then it is
 * wherever an agent is. Pure.
 */
export function placesOf(
  side: TargetSide | undefined,
  claims: ReadonlyMap<BridgeAgent, Pick<AgentClaim, 'state' | 'objection'>>,
): readonly PlaceFacts[] {
  const known = [...claims].map(([agent, claim]) => ({ agent, claim }));
  const places =
    side?.places ??
    known.map(({ agent }) => ({
      id: agent.placeId,
      name: agent.place,
      isReady: true,
      originalTrouble: undefined,
      trouble: undefined,
    }));
  return places.map(({ id, name, isReady, trouble }) => {
    // While an agent takes the place of another one there are two, of which the newer one counts.
    const found = known.findLast(({ agent }) => agent.placeId === id);
    if (found === undefined) return { name, isReady, claim: 'absent', objection: trouble };
    const { agent, claim } = found;
    return { name, isReady, claim: agent.isSilent ? 'silent' : claim.state, objection: claim.objection };
  });
}

/** A bridge at a place, as it is shown. Pure. */
export function shownPlace({ name, isReady: ready, claim, objection }: PlaceFacts): BridgedPlace {
  if (claim === 'live') return { name, state: 'live', reason: '', ready };
  const isHeld = claim === 'claimed' || claim === 'claiming';
  return { name, state: isHeld ? 'resting' : 'lost', reason: whyNot({ claim, objection }), ready };
}

/** Why the service does not answer at a place, in words; empty where that is only asked for. */
export function whyNot({ claim, objection }: Pick<PlaceFacts, 'claim' | 'objection'>): string {
  switch (claim) {
    case 'absent':
      return objection ?? 'its agent is on its way';
    case 'refused':
      return objection ?? 'its agent refuses it';
    case 'silent':
      return 'its agent does not answer';
    default:
      return objection ?? '';
  }
}

/** What decides how a bridge is, of all that is known of its target. `side`, `claims`: as for `placesOf`. Pure. */
export function targetFacts(
  bridge: Pick<BridgedPort, 'port' | 'traffic'>,
  side: TargetSide | undefined,
  claims: ReadonlyMap<BridgeAgent, Pick<AgentClaim, 'state' | 'objection'>>,
): Pick<BridgeFacts, 'places' | 'targetDown' | 'closedWay' | 'probesHelp'> {
  return {
    places: placesOf(side, claims),
    targetDown: side?.down,
    closedWay: side?.closedWay,
    probesHelp: probesHelp(bridge, side, claims.keys()),
  };
}

/**
 * Whether the target runs somewhere without being ready, and probes come there which the original answers: a service that
 * answers them itself makes it ready.
 */
function probesHelp(
  { port, traffic }: Pick<BridgedPort, 'port' | 'traffic'>,
  side: TargetSide | undefined,
  agents: Iterable<BridgeAgent>,
): boolean {
  if (traffic.probes === 'mine') return false;
  const runs = (side?.places ?? []).some(
    ({ isReady, originalTrouble }) => !isReady && originalTrouble === undefined,
  );
  return runs && [...agents].some((agent) => agent.probeUserAgents(port).length > 0);
}

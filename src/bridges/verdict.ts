import { type ClosedWay, closedWayText } from '../model/closed-way.ts';
import type { LiveState } from '../model/event.ts';
import type { ServiceSide } from '../model/service-side.ts';
import type { PlaceCount } from '../model/target-side.ts';
import type { Fallback } from '../model/workspace.ts';
import { type PlaceFacts, whyNot } from './bridged-places.ts';

/**
 * What is known of a bridge at one agent. `claiming`: not answered yet. `refused`: it is not held there. `claimed`: the
 * port is held and the original answers. `live`: the service answers. `silent`: the agent was not heard for so long that
 * its claims have ended.
 */
export type ClaimState = 'claiming' | 'refused' | 'claimed' | 'live' | 'silent';

/** All that decides how a bridge is. */
export interface BridgeFacts {
  /** Port of the service. */
  readonly local: number;
  readonly side: ServiceSide;
  /** Somebody asked that the original answers, until they ask for the opposite. */
  readonly onRequest: boolean;
  /** The service is being stopped, or was, to be started anew. */
  readonly isAside: boolean;
  /** What becomes of requests while the service is away, where they are not left to the original now. */
  readonly meanwhile: Fallback | undefined;
  /** Wherever the target runs, or is about to. */
  readonly places: readonly PlaceFacts[];
  /** Why the original does not answer either, e.g. `the target is not running`; undefined while it does, as far as is known. */
  readonly targetDown: string | undefined;
  /** Why no requests come to the target, whatever agents do; undefined when they do, as far as is known. */
  readonly closedWay: ClosedWay | undefined;
  /** The target would be ready if the service answered its probes, which it does not. */
  readonly probesHelp: boolean;
  /** Who was given the port by this session, which does not claim it again by itself; undefined = nobody. */
  readonly takenBy: string | undefined;
}

/** How a bridge is, and why where the state does not say it. */
export interface BridgeVerdict {
  readonly state: Extract<LiveState, 'live' | 'resting' | 'waiting' | 'lost'>;
  /** Empty where there is nothing to say. */
  readonly reason: string;
  /** At how many of the target's places the service answers; absent = at all of them, or at none. */
  readonly count?: PlaceCount;
  /** It passes in a moment: worth telling only when it does not. */
  readonly passing?: true;
}

/** Whether the service can take requests now: only then agents are asked to send them. Pure. */
export function takesRequests({ gateway, listens, isHealthy, isStopped }: ServiceSide): boolean {
  return gateway === 'answers' && listens && isHealthy && !isStopped;
}

/** How a bridge is. The one place that says why it rests. Pure. */
export function verdictOn({
  local,
  side,
  onRequest,
  isAside,
  meanwhile,
  places,
  targetDown,
  closedWay,
  probesHelp,
  takenBy,
}: BridgeFacts): BridgeVerdict {
  if (takenBy !== undefined) return { state: 'lost', reason: `taken over by ${takenBy}` };
  const but = (why: string) =>
    targetDown === undefined ? `${why}, the original answers` : `${why}, and nobody answers: ${targetDown}`;
  const claims = places.flatMap(({ claim }) => (claim === 'absent' ? [] : [claim]));
  const objection = places.find((place) => place.objection !== undefined)?.objection;
  if (places.length === 0 && targetDown !== undefined)
    return { state: 'lost', reason: `${targetDown}, so that nobody answers` };
  if (claims.length === 0) {
    const why = objection === undefined ? '' : ` (${objection})`;
    return { state: 'lost', reason: but(`no agent is connected${why}`) };
  }
  if (claims.every((claim) => claim === 'refused'))
    return { state: 'lost', reason: objection ?? 'the agent refuses it' };
  if (claims.every((claim) => claim === 'silent'))
    return { state: 'lost', reason: but('the agent does not answer') };
  if (onRequest) return { state: 'resting', reason: but('as asked for') };
  if (side.isStopped) return { state: 'resting', reason: but('the service is stopped') };
  if (isAside) return away(meanwhile, 'the service is started anew', but);
  if (!takesRequests(side)) {
    const { state, why } = obstacle(local, side);
    return { ...away(meanwhile, why, but), state };
  }
  const missing = places.filter(({ claim }) => claim !== 'live');
  const live = places.length - missing.length;
  const [first, ...others] = missing;
  const closed = closedWay === undefined ? undefined : closedWayText(closedWay, probesHelp);
  if (first === undefined) return { state: 'live', reason: closed ?? '' };
  if (live > 0) {
    const count = { live, of: places.length };
    return { state: 'live', reason: closed ?? notAt(first, others.length), count };
  }
  if (objection !== undefined) return { state: 'lost', reason: but(objection) };
  return { state: 'resting', reason: but('the agent sends no requests here yet'), passing: true };
}

/** Where the service does not answer, and why: of several places the first. */
function notAt(place: PlaceFacts, others: number): string {
  const why = whyNot(place);
  const and = others === 0 ? '' : `, nor at ${others} more`;
  return `not at ${place.name}${why === '' ? '' : `: ${why}`}${and}`;
}

/** It rests, for its service is away. One that requests wait for is most likely back soon. */
function away(meanwhile: Fallback | undefined, why: string, but: (why: string) => string): BridgeVerdict {
  switch (meanwhile?.kind) {
    case 'wait':
      return {
        state: 'resting',
        reason: `${why}, requests wait up to ${meanwhile.ms / 1000}s`,
        passing: true,
      };
    case 'fail':
      return { state: 'resting', reason: `${why}, requests are refused` };
    default:
      return { state: 'resting', reason: but(why) };
  }
}

/** What keeps a service from taking requests: the first thing that is missing on their way. */
function obstacle(
  local: number,
  { gateway, listens, awaitedDebugger, ended }: ServiceSide,
): { readonly state: BridgeVerdict['state']; readonly why: string } {
  switch (gateway) {
    case 'connecting':
      return { state: 'resting', why: 'the connection of the service is being made again' };
    case 'silent':
      return { state: 'lost', why: 'the gateway of the service does not answer' };
    case 'paused':
      return { state: 'lost', why: 'the container of its gateway is paused' };
    case 'ended':
      return { state: 'lost', why: 'the container of its gateway has ended' };
    case 'answers':
      break;
  }
  if (listens) return { state: 'resting', why: 'the service is unhealthy' };
  if (ended !== undefined) return { state: 'resting', why: `the service has ended (${ended})` };
  if (awaitedDebugger === undefined)
    return { state: 'resting', why: `nothing listens on 127.0.0.1:${local}` };
  return { state: 'waiting', why: `for a debugger to attach to 127.0.0.1:${awaitedDebugger}` };
}

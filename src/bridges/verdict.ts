import type { LiveState } from '../model/event.ts';
import type { ServiceSide } from '../model/service-side.ts';

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
  /** At each agent of the target that is connected. */
  readonly claims: readonly ClaimState[];
  /**
   * What some agent has against the bridge: why it refused the claim, or why it does not send requests that are wanted.
   * Undefined when none has anything.
   */
  readonly objection: string | undefined;
}

/** How a bridge is, and why where the state does not say it. */
export interface BridgeVerdict {
  readonly state: Extract<LiveState, 'live' | 'resting' | 'waiting' | 'lost'>;
  /** Empty where there is nothing to say. */
  readonly reason: string;
  /** It passes in a moment: worth telling only when it does not. */
  readonly passing?: true;
}

/** Whether the service can take requests now: only then agents are asked to send them. Pure. */
export function takesRequests({ hasGateway, listens, isHealthy }: ServiceSide): boolean {
  return hasGateway && listens && isHealthy;
}

/** How a bridge is. The one place that says why it rests. Pure. */
export function verdictOn({ local, side, onRequest, claims, objection }: BridgeFacts): BridgeVerdict {
  if (claims.length === 0) return { state: 'lost', reason: 'no agent is connected, the original answers' };
  if (claims.every((claim) => claim === 'refused'))
    return { state: 'lost', reason: objection ?? 'the agent refuses it' };
  if (claims.every((claim) => claim === 'silent'))
    return { state: 'lost', reason: 'the agent does not answer, the original does' };
  if (onRequest) return { state: 'resting', reason: 'as asked for, the original answers' };
  if (!takesRequests(side)) return resting(local, side);
  if (claims.every((claim) => claim === 'live')) return { state: 'live', reason: '' };
  if (claims.some((claim) => claim === 'live')) return { state: 'live', reason: 'not at every replica' };
  if (objection !== undefined) return { state: 'lost', reason: `${objection}, the original answers` };
  return {
    state: 'resting',
    reason: 'the agent sends no requests here yet, the original answers',
    passing: true,
  };
}

function resting(local: number, { hasGateway, listens, awaitedDebugger }: ServiceSide): BridgeVerdict {
  const rests = (why: string) => ({ state: 'resting', reason: `${why}, the original answers` }) as const;
  if (!hasGateway) return rests('the connection of the service is being made again');
  if (listens) return rests('the service is unhealthy');
  if (awaitedDebugger === undefined) return rests(`nothing listens on 127.0.0.1:${local}`);
  const reason = `for a debugger to attach to 127.0.0.1:${awaitedDebugger}, the original answers`;
  return { state: 'waiting', reason };
}

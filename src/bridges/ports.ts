import type { ServiceSide } from '../model/service-side.ts';
import type { TargetSide } from '../model/target-side.ts';
import type { AgentEvent, AgentRequest } from '../protocol/index.ts';
import type { Unnumbered } from '../wire/index.ts';

/** What a bridge needs of a connection to one agent. */
export interface BridgeAgent {
  /** How people call the place it serves. */
  readonly place: string;
  /** Tells that place from others. */
  readonly placeId: string;
  /** User agents of the platform's own probes that may arrive on a port; the original answers them. */
  readonly probeUserAgents: (port: number) => readonly string[];
  /** It was not heard for so long that its claims have surely ended and the original answers there. */
  readonly isSilent: boolean;
  /** Asks something of the agent. Errors: `agent-failed` when the connection breaks first. */
  request(request: Unnumbered<AgentRequest>): Promise<AgentEvent>;
  /**
   * Asks the agent to leave a port to the original; resolves also when it does not answer, for then it has done that by
   * itself.
   */
  giveBack(
    request: Unnumbered<Extract<AgentRequest, { type: 'rest' | 'release' }>>,
  ): Promise<AgentEvent | undefined>;
}

/** What a bridge hears of the agents of its target. */
export interface AgentListener {
  /** An agent is there, or there again; called at once for those already there. */
  up(agent: BridgeAgent): void;
  /** An agent's connection is lost: what was claimed there is given back already. */
  down(agent: BridgeAgent): void;
  /** An agent said something on its own. */
  said(agent: BridgeAgent, event: AgentEvent): void;
  /** `BridgeAgent.isSilent` has changed. */
  silenceChanged(agent: BridgeAgent): void;
  /** Something is known of the target that was not before. Called at once, before any agent is told of. */
  targetChanged(side: TargetSide): void;
}

/** What bridges need of the connections. */
export interface BridgeRoutes {
  /** Follows the agents of a target; returns what ends that. */
  followAgents(target: string, listener: AgentListener): () => void;
  /** Follows a service's side of a port; called at once with what is known. Returns what ends that. */
  followSide(service: string, port: number, listener: (side: ServiceSide) => void): () => void;
}

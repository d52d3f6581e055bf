import type { AgentEvent, AgentRequest } from '../protocol/index.ts';
import type { Unnumbered } from '../wire/index.ts';

/** What a bridge needs of a connection to one agent. */
export interface BridgeAgent {
  /** How people call the place it serves. */
  readonly place: string;
  /** Asks something of the agent. Errors: `agent-failed` when the connection breaks first. */
  request(request: Unnumbered<AgentRequest>): Promise<AgentEvent>;
}

/** What a bridge hears of the agents of its target. */
export interface AgentListener {
  /** An agent is there, or there again; called at once for those already there. */
  up(agent: BridgeAgent): void;
  /** An agent's connection is lost: what was claimed there is given back already. */
  down(agent: BridgeAgent): void;
  /** An agent said something on its own. */
  said(agent: BridgeAgent, event: AgentEvent): void;
}

/** What bridges need of the connections. */
export interface BridgeRoutes {
  /** Follows the agents of a target; returns what ends that. */
  followAgents(target: string, listener: AgentListener): () => void;
  /** Follows whether a service listens on a port; called at once with what is known. Returns what ends that. */
  followListening(service: string, port: number, listener: (listening: boolean) => void): () => void;
}

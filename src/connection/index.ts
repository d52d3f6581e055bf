/**
 * A service's way into its workload's network: network, gateway, agents, and the live object that dials,
 * routes bytes, reconnects and follows targets. Does not know what the service runs, nor which ports are claimed.
 */
export { applyConnection, type ConnectionContext } from './apply.ts';
export { Connections } from './connections.ts';
export { askControlState } from './control-question.ts';
export { askHolders, heldPorts } from './held-ports.ts';
export type { ConnectionOperation } from './operation.ts';
export { planConnection } from './plan.ts';
export { preflightPorts } from './preflight.ts';
export { retireIdleAgents } from './retire-idle-agents.ts';

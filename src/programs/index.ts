/**
 * What session and programs of the image agree on before they say a word: environment variables, the group that packet
 * rules let pass, what a gateway says of its session to whom it does not serve, and the times that hold on both sides. Pure; what is said afterwards is `protocol/`.
 */
export { AGENT_MEMORY } from './agent-memory.ts';
export {
  type AgentSettings,
  agentAccessIn,
  agentEnvironment,
  readAgentSettings,
} from './agent-settings.ts';
export { type ControlState, controlMarkPath, controlStateIn } from './control-mark.ts';
export {
  type GatewaySettings,
  gatewayAccessIn,
  gatewayEnvironment,
  readGatewaySettings,
} from './gateway-settings.ts';
export {
  isNeighbourAddress,
  MACHINE_ADDRESS,
  NEIGHBOUR_RANGE,
  neighbourAddresses,
} from './neighbour-addresses.ts';
export { portSocket } from './port-socket.ts';
export { PROTOCOL_VERSION } from './protocol-version.ts';
export { CONTROL_PULSE, LEASE, LINGER, TUNNEL_PULSE } from './timings.ts';

/** Group that agent and gateway run as; the rules let its traffic pass, or it would be sent to itself. */
export const EXEMPT_GROUP = 13370;

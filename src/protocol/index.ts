/**
 * The messages between session, gateway and agent: their shapes, encoding and version.
 * Pure: no sockets, no timers. Bytes recorded in the tests are the contract with older versions:
 * a new field may be added and must be optional for the reader; a changed meaning is a new message type.
 */

export type { AgentEvent, AgentRequest } from './agent-control.ts';
export { decodeAgentEvent, decodeAgentRequest } from './agent-control.ts';
export type { ClaimSummary } from './claim-summary.ts';
export type { GatewayEvent, GatewayRequest, NamedAddress, ServiceNames } from './gateway-control.ts';
export { decodeGatewayEvent, decodeGatewayRequest } from './gateway-control.ts';
export type { Challenge, DuplexRole, Hello, Owner, Refusal, Welcome } from './hello.ts';
export {
  decodeChallenge,
  decodeHello,
  decodeProof,
  decodeWelcome,
  encodeChallenge,
  encodeHello,
  encodeProof,
  encodeWelcome,
} from './hello.ts';
export { proofOf, sameProof } from './proof.ts';
export type { ResolverSettings } from './resolver-settings.ts';
export type { StreamTarget } from './stream-target.ts';
export { decodeStreamTarget, encodeStreamTarget } from './stream-target.ts';
export type { AnswerRequest, AskedEvent, AskRequest } from './takeover.ts';

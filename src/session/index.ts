/**
 * The life of one `up`: trigger passes, supervise what runs, answer on the control socket, end well however it ends.
 * Neither prints nor exits; does not know which client or platform it works with.
 */

export { type CleanUpOptions, cleanUp } from './clean-up.ts';
export {
  answersOn,
  askSession,
  controlSocketPath,
  type SessionAnswer,
  type SessionRequest,
  sentWorkspace,
} from './control-client.ts';
export { type Guardian, runGuardian, startGuardian } from './guardian.ts';
export { Session, type SessionOptions } from './session.ts';
export type { BridgeStatus, ServiceStatus, SessionStatus } from './status.ts';

/**
 * The life of one `up`: trigger passes, supervise what runs, answer on the control socket, end well however it ends.
 * Neither prints nor exits; does not know which client or platform it works with.
 */

export { cleanUp } from './clean-up.ts';
export {
  askSession,
  controlSocketPath,
  sentWorkspace,
} from './control-client.ts';
export { fileLooks } from './file-watch.ts';
export { findSessions, type Standing, standingOf } from './found-sessions.ts';
export { runGuardian, startGuardian } from './guardian.ts';
export { type HeldProject, heldProjects } from './held-projects.ts';
export { type OneOffRequest, oneOffName, oneOffResource } from './one-offs.ts';
export {
  isReading,
  namesServices,
  type Reading,
  type ReadingChoice,
  type Reload,
  withEarlier,
} from './reading.ts';
export { removeAll, removeLeft } from './remove-project.ts';
export { serviceStatus } from './service-status.ts';
export { Session, type SessionOptions, type Succession } from './session.ts';
export { endedAt, forgetKilled } from './session-lock.ts';
export type { BridgeStatus, ForwardStatus, ServiceEnd, ServiceStatus, SessionStatus } from './status.ts';

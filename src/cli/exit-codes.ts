import type { ErrorCode } from '../common/errors.ts';

/** What each failure means to a script. */
const exitCodes: Record<ErrorCode, number> = {
  'admission-refused': 4,
  'agent-failed': 1,
  'bridge-refused': 1,
  cancelled: 1,
  'cluster-failed': 1,
  'cluster-unreachable': 4,
  'config-invalid': 3,
  'config-not-found': 3,
  'container-failed': 1,
  'credential-refused': 4,
  'deadline-passed': 6,
  'debug-impossible': 3,
  'engine-failed': 1,
  'engine-unreachable': 4,
  'environment-unreadable': 1,
  'files-unreadable': 1,
  'image-build-failed': 1,
  'image-not-found': 1,
  'volume-not-found': 1,
  internal: 1,
  'kubeconfig-invalid': 4,
  'mount-failed': 1,
  'not-confirmed': 1,
  'permission-missing': 4,
  'port-taken': 5,
  'preflight-failed': 1,
  // As shells have it.
  'program-not-executable': 126,
  'program-not-found': 127,
  'program-replaced': 1,
  'protocol-mismatch': 1,
  'session-conflict': 5,
  'state-unusable': 1,
  'target-conflict': 5,
  'target-not-found': 1,
  'target-unsupported': 1,
  'too-many-agents': 1,
  usage: 2,
};

/** Exit code of a failure. */
export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code];
}

/** Exit code of a command that a signal ended: 128 and the signal's number, as shells have it. */
export function exitCodeOfSignal(ending: AbortSignal): number {
  switch (ending.reason) {
    case 'SIGHUP':
      return 129;
    case 'SIGTERM':
      return 143;
    default:
      return 130;
  }
}

import { maskText } from './secrets/secret-parts.ts';

/** Whose move it is: the user's (fix the file or flags), the environment's (engine, network), or ours (a bug). */
export type ErrorOwner = 'user' | 'environment' | 'devenv';

/** Stable names of everything that can go wrong; scripts may rely on them. `cli/exit-codes.ts` maps each to an exit code. */
export type ErrorCode =
  | 'admission-refused'
  | 'agent-failed'
  | 'bridge-refused'
  | 'cancelled'
  | 'cluster-failed'
  | 'cluster-unreachable'
  | 'config-invalid'
  | 'config-not-found'
  | 'container-failed'
  | 'credential-refused'
  | 'deadline-passed'
  | 'debug-impossible'
  | 'engine-failed'
  | 'engine-unreachable'
  | 'environment-unreadable'
  | 'files-unreadable'
  | 'image-not-found'
  | 'volume-not-found'
  | 'image-build-failed'
  | 'internal'
  | 'kubeconfig-invalid'
  | 'mount-failed'
  | 'not-confirmed'
  | 'permission-missing'
  | 'port-taken'
  | 'preflight-failed'
  | 'program-not-executable'
  | 'program-not-found'
  | 'program-replaced'
  | 'protocol-mismatch'
  | 'session-conflict'
  | 'state-unusable'
  | 'target-conflict'
  | 'target-not-found'
  | 'target-unsupported'
  | 'too-many-agents'
  | 'usage';

/** What `DevenvError` is made from; also its form on the control socket and in JSON output. */
export interface ErrorFacts {
  /** Stable name of the failure. */
  readonly code: ErrorCode;
  /** One sentence, lower case, naming the wrong value and where it was found. */
  readonly message: string;
  /** The next action that helps; absent when there is none to suggest. */
  readonly hint?: string;
  /** Lines that prove the claim: last log lines, exit code, the engine's own words. */
  readonly evidence?: readonly string[];
  /** `output`: the evidence is what a program of the user's wrote, and is told as it is; absent = secrets in it are masked. */
  readonly evidenceIs?: 'output';
  /** Who can mend it. */
  readonly owner: ErrorOwner;
}

/** The one error shape of this program. Wrapped once, where knowledge is added. */
export class DevenvError extends Error implements ErrorFacts {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly evidence?: readonly string[];
  readonly evidenceIs?: 'output';
  readonly owner: ErrorOwner;

  constructor(facts: ErrorFacts & { readonly cause?: unknown }) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'DevenvError';
    this.code = facts.code;
    this.owner = facts.owner;
    if (facts.hint !== undefined) this.hint = facts.hint;
    if (facts.evidence !== undefined) this.evidence = facts.evidence;
    if (facts.evidenceIs !== undefined) this.evidenceIs = facts.evidenceIs;
  }
}

/**
 * Plain data of any thrown value, without the secrets that its words may quote; what is not a `DevenvError` becomes an
 * `internal` one that keeps the stack as evidence, unless the system says that this machine is short of something.
 */
export function errorFacts(error: unknown): ErrorFacts {
  const { code, message, hint, evidence, evidenceIs, owner } =
    error instanceof DevenvError ? error : (shortageFacts(error) ?? internalFacts(error));
  const shown = evidenceIs === 'output' ? evidence : evidence?.map(maskText);
  return {
    code,
    message: maskText(message),
    owner,
    ...(hint === undefined ? {} : { hint: maskText(hint) }),
    ...(shown === undefined ? {} : { evidence: shown }),
    ...(evidenceIs === undefined ? {} : { evidenceIs }),
  };
}

/** What helps when this machine is short of something, by the system's names for it. */
const SHORTAGES: Readonly<Record<string, string>> = {
  ENOSPC:
    'free some space on that disk: df -h shows how full each is, and df -i whether it has files to spare',
  EDQUOT: 'free some of what your quota there allows',
  EROFS: 'use another disk, for nothing can be written to that one',
  EMFILE: 'allow more open files, such as with ulimit -n 4096',
  ENFILE: 'close programs that hold many files open; this machine has no more to give',
  ENOMEM: 'end programs that need much memory',
};

/** Such as a disk that is full: no fault of ours, whoever met it. */
function shortageFacts(error: unknown): ErrorFacts | undefined {
  const hint = SHORTAGES[systemCode(error) ?? ''];
  if (hint === undefined) return undefined;
  return { code: 'state-unusable', message: messageOf(error), hint, owner: 'environment' };
}

function internalFacts(error: unknown): ErrorFacts {
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'internal',
    message: messageOf(error),
    owner: 'devenv',
    hint: 'this is a bug in devenv; please report it with the lines above',
    ...(stack === undefined ? {} : { evidence: stack.split('\n').slice(1, 6) }),
  };
}

/** The words of any thrown value, for use inside a longer sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `error.code` of a Node system error such as `ENOENT`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The error of a wait that was ended by the user or by teardown, not by time. */
export function cancelled(what: string): DevenvError {
  return new DevenvError({ code: 'cancelled', message: `${what} was cancelled`, owner: 'user' });
}

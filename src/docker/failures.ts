import { DevenvError, messageOf } from '../common/errors.ts';
import type { EngineLocation } from './locate-engine.ts';

/** The engine's own "no". */
export interface Refusal {
  /** HTTP status; undefined when it came in the middle of a stream. */
  readonly status: number | undefined;
  /** The engine's message, without the client's decoration. */
  readonly words: string;
}

/** The refusal behind an error of the client library, or undefined when the engine did not answer at all. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') {
    return undefined;
  }
  const words = error.message.replace(/^\(HTTP code \d+\) .*? - /s, '').trim();
  return { status: error.statusCode, words };
}

/** The engine answered, and not as it should. */
export function engineFailed(doing: string, words: string, cause?: unknown): DevenvError {
  return new DevenvError({
    code: 'engine-failed',
    message: `the container engine could not ${doing}: ${words}`,
    owner: 'environment',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The engine did not answer. */
export function unreachable(location: EngineLocation, error: unknown): DevenvError {
  return new DevenvError({
    code: 'engine-unreachable',
    message: `the container engine at ${location.address} (${location.origin}) does not answer: ${wordsWithin(error)}`,
    hint: unreachableHint(location, systemCodeWithin(error)),
    owner: 'environment',
    cause: error,
  });
}

/** Why a container could not be made. */
export function creationRefused(container: string, image: string, refusal: Refusal): DevenvError | undefined {
  const { words } = refusal;
  if (/no such image/i.test(words)) return imageNotFound(image, words);
  if (refusal.status === 409 && /name .* (already )?in use/i.test(words)) {
    return new DevenvError({
      code: 'session-conflict',
      message: `the container name ${container} is taken`,
      hint: `if nothing of yours needs it: docker rm -f ${container}`,
      evidence: [words],
      owner: 'user',
    });
  }
  return mountFailed(container, words);
}

/** Why a container could not be started. */
export function startRefused(container: string, refusal: Refusal): DevenvError | undefined {
  const { words } = refusal;
  return (
    portTaken(container, words) ??
    mountFailed(container, words) ??
    programFailed(container, words) ??
    networkLost(container, words)
  );
}

/** The engine has no such image and no registry gave it. */
export function imageNotFound(image: string, words: string, hint?: string): DevenvError {
  return new DevenvError({
    code: 'image-not-found',
    message: `the image ${image} was not found: ${words}`,
    hint: hint ?? `check its spelling, or get it first: docker pull ${image}`,
    owner: 'user',
  });
}

/** Code of a system error, also of one that is wrapped in others, e.g. `ECONNREFUSED`. */
export function systemCodeWithin(error: unknown): string | undefined {
  for (const one of errorsWithin(error)) {
    if (
      'code' in one &&
      typeof one.code === 'string' &&
      /^(E[A-Z0-9]+|UND_|CERT_|DEPTH_|UNABLE_|SELF_)/.test(one.code)
    ) {
      return one.code;
    }
  }
  return undefined;
}

function wordsWithin(error: unknown): string {
  // Node wraps the attempts at several addresses of one name in an error without words.
  return errorsWithin(error).find((one) => one.message !== '')?.message ?? messageOf(error);
}

function errorsWithin(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...(error instanceof AggregateError ? error.errors.flatMap(errorsWithin) : [])];
}

function unreachableHint(location: EngineLocation, code: string | undefined): string {
  if (code === 'EACCES' || code === 'EPERM') {
    return 'this user may not open the socket: join the group that owns it (sudo usermod -aG docker "$USER") and log in again';
  }
  if (code !== undefined && /CERT|SIGNED|UNABLE_|DEPTH_|EPROTO/.test(code)) {
    return `check the certificates that belong to ${location.origin}`;
  }
  if (location.address.startsWith('tcp://')) {
    return `check that an engine listens there and that ${location.origin} is what you mean`;
  }
  const otherwise =
    location.origin === 'default socket' ? 'point DOCKER_HOST at another' : `correct ${location.origin}`;
  return `start Docker (Docker Desktop, or sudo systemctl start docker), or ${otherwise}`;
}

function mountFailed(container: string, words: string): DevenvError | undefined {
  const missing = /bind source path does not exist: (.+)$/.exec(words)?.[1];
  if (missing !== undefined) {
    return new DevenvError({
      code: 'mount-failed',
      message: `${missing}, which container ${container} mounts, does not exist where the engine runs`,
      hint: 'create it, or correct the path; a remote engine mounts its own files, not those of this machine',
      owner: 'user',
    });
  }
  if (!/invalid mount|mounts denied|error mounting|file sharing|invalid volume/i.test(words))
    return undefined;
  return new DevenvError({
    code: 'mount-failed',
    message: `a mount of container ${container} was refused: ${words}`,
    hint: 'check the mounted paths; Docker Desktop mounts only what its file sharing settings allow',
    owner: 'user',
  });
}

function portTaken(container: string, words: string): DevenvError | undefined {
  if (!/port is already allocated|address already in use|ports are not available/i.test(words))
    return undefined;
  const address = /((?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\]|::):(\d{1,5})/i.exec(words);
  const port = address === null ? 'a port' : `port ${address[2]} of ${address[1]}`;
  return new DevenvError({
    code: 'port-taken',
    message: `${port} on this machine is taken, so container ${container} cannot publish it`,
    hint: `end what listens there (docker ps and ss -ltnp show it), or publish another port`,
    evidence: [words],
    owner: 'user',
  });
}

function programFailed(container: string, words: string): DevenvError | undefined {
  if (!/OCI runtime|executable file not found|: unknown\b|exec format error/i.test(words)) return undefined;
  const program = /exec: \\?"(.+?)\\?"/.exec(words)?.[1];
  const reason = /executable file not found|no such file or directory/i.test(words)
    ? 'is not in its image'
    : /permission denied/i.test(words)
      ? 'is no program that may be run'
      : /exec format error/i.test(words)
        ? 'is made for another architecture'
        : undefined;
  return new DevenvError({
    code: 'container-failed',
    message:
      program === undefined || reason === undefined
        ? `container ${container} could not start: ${words}`
        : `container ${container} could not start: ${program} ${reason}`,
    hint: 'check command, entrypoint and image',
    evidence: [words],
    owner: 'user',
  });
}

function networkLost(container: string, words: string): DevenvError | undefined {
  const gone = /no such container: (\S+)/i.exec(words)?.[1];
  // The container itself may be what is gone; then its network is not to blame.
  const isOwner = gone !== undefined && gone !== container;
  if (!isOwner && !/cannot join network|network .* not found/i.test(words)) return undefined;
  return new DevenvError({
    code: 'container-failed',
    message: `container ${container} could not start: the network it joins is gone (${words})`,
    owner: 'environment',
  });
}

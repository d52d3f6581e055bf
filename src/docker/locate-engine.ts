import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';

/** Where to look for an engine. */
export interface EngineLookup {
  /** Environment variables; read: `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_TLS*`, `XDG_RUNTIME_DIR`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Home directory of the user, for `~/.docker`. */
  readonly homeDirectory: string;
  /** True when a Unix socket lies at this path. */
  readonly isSocket: (path: string) => boolean;
}

/** The origin of an engine that nothing named. */
export const DEFAULT_SOCKET = 'default socket';

/** An engine that was chosen, not yet asked. */
export interface EngineLocation {
  /** `unix:///path`, `npipe:////./pipe/name`, or `tcp://host:port`. */
  readonly address: string;
  /** What named it, in words, e.g. `DOCKER_HOST` or `context "lab" of DOCKER_CONTEXT`. */
  readonly origin: string;
  /** Name of Docker's context it comes from; undefined = from an address or a default socket. */
  readonly context?: string | undefined;
  /** Undefined = the connection is not encrypted. */
  readonly tls: EngineTls | undefined;
}

/** What an encrypted connection needs, as PEM texts. */
export interface EngineTls {
  /** Undefined = the system's authorities. */
  readonly ca: string | undefined;
  /** Undefined = this machine shows no certificate of its own. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** False = the engine's certificate is not checked. */
  readonly verify: boolean;
}

/**
 * Chooses the engine as Docker's own client does: `DOCKER_HOST`, else `DOCKER_CONTEXT`, else the current context of
 * Docker's configuration, else the first default socket that exists.
 * Errors: `engine-unreachable` when the choice names something that does not exist or is no address.
 */
export function locateEngine(lookup: EngineLookup): EngineLocation {
  const host = lookup.environment['DOCKER_HOST'];
  if (host) {
    const origin = 'DOCKER_HOST';
    return { address: engineAddress(host, origin), origin, tls: tlsOfEnvironment(lookup) };
  }
  const context = currentContext(lookup);
  if (context !== undefined && context.name !== 'default') return locationOfContext(lookup, context);
  return defaultLocation(lookup);
}

/** Directory of Docker's client configuration: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigDirectory(lookup: Omit<EngineLookup, 'isSocket'>): string {
  return lookup.environment['DOCKER_CONFIG'] || join(lookup.homeDirectory, '.docker');
}

function engineAddress(text: string, origin: string): string {
  const spelled = text.includes('://') ? text : `tcp://${text}`;
  const scheme = spelled.slice(0, spelled.indexOf('://'));
  const rest = spelled.slice(scheme.length + 3);
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) break;
      return spelled;
    case 'npipe':
      if (rest === '') break;
      return spelled;
    case 'tcp':
    case 'http':
    case 'https': {
      const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
      if (url === undefined || url.hostname === '' || url.pathname !== '/') break;
      // URL drops port 80 as http's default; a host without any port gets Docker's own.
      const port = url.port || (/:80\/?$/.test(rest) ? '80' : scheme === 'https' ? '2376' : '2375');
      return `tcp://${url.hostname}:${port}`;
    }
    case 'ssh':
      throw unusable(
        `the engine address ${text} (${origin}) uses ssh, which devenv does not speak`,
        'forward the socket and name it: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, then DOCKER_HOST=unix:///tmp/docker.sock',
      );
  }
  throw unusable(
    `the engine address ${text} (${origin}) is not an address devenv understands`,
    'write unix:///path/to/docker.sock or tcp://host:port',
  );
}

function tlsOfEnvironment(lookup: EngineLookup): EngineTls | undefined {
  const verify = Boolean(lookup.environment['DOCKER_TLS_VERIFY']);
  const https = lookup.environment['DOCKER_HOST']?.startsWith('https://') ?? false;
  if (!verify && !https && !lookup.environment['DOCKER_TLS']) return undefined;
  const directory = lookup.environment['DOCKER_CERT_PATH'] || dockerConfigDirectory(lookup);
  return readTls(directory, verify || https);
}

function readTls(directory: string, verify: boolean): EngineTls {
  return {
    ca: readOptional(join(directory, 'ca.pem')),
    certificate: readOptional(join(directory, 'cert.pem')),
    key: readOptional(join(directory, 'key.pem')),
    verify,
  };
}

interface NamedContext {
  readonly name: string;
  readonly namedBy: string;
}

function currentContext(lookup: EngineLookup): NamedContext | undefined {
  const chosen = lookup.environment['DOCKER_CONTEXT'];
  if (chosen) return { name: chosen, namedBy: 'DOCKER_CONTEXT' };
  const file = join(dockerConfigDirectory(lookup), 'config.json');
  const configured = property(readJson(file), 'currentContext');
  return typeof configured === 'string' && configured !== ''
    ? { name: configured, namedBy: file }
    : undefined;
}

function locationOfContext(lookup: EngineLookup, context: NamedContext): EngineLocation {
  const store = join(dockerConfigDirectory(lookup), 'contexts');
  const origin = `context "${context.name}" of ${context.namedBy}`;
  // Docker stores a context under the hash of its name.
  const id = createHash('sha256').update(context.name).digest('hex');
  const meta = readJson(join(store, 'meta', id, 'meta.json'));
  if (meta === undefined) throw unknownContext(store, context, origin);
  const endpoint = property(property(meta, 'Endpoints'), 'docker');
  const host = property(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') {
    throw unusable(`the ${origin} has no Docker endpoint`, 'choose another one: docker context use NAME');
  }
  const tls = readTls(join(store, 'tls', id, 'docker'), property(endpoint, 'SkipTLSVerify') !== true);
  const encrypted = tls.ca !== undefined || tls.certificate !== undefined || host.startsWith('https://');
  return {
    address: engineAddress(host, origin),
    origin,
    context: context.name,
    tls: encrypted ? tls : undefined,
  };
}

function unknownContext(store: string, context: NamedContext, origin: string): DevenvError {
  const known = contextNames(join(store, 'meta'));
  const hint =
    didYouMean(...nearest(context.name, known)) ??
    `known contexts: ${['default', ...known].join(', ')}; choose one with docker context use NAME`;
  return unusable(`the ${origin} does not exist`, hint);
}

function contextNames(directory: string): string[] {
  return directoryEntries(directory).flatMap((entry) => {
    const name = property(readJson(join(directory, entry, 'meta.json')), 'Name');
    return typeof name === 'string' ? [name] : [];
  });
}

function defaultLocation(lookup: EngineLookup): EngineLocation {
  const candidates = defaultSockets(lookup);
  const found = candidates.find((path) => lookup.isSocket(path));
  if (found !== undefined) return { address: `unix://${found}`, origin: DEFAULT_SOCKET, tls: undefined };
  throw new DevenvError({
    code: 'engine-unreachable',
    message: 'no container engine was found: none of the default sockets exists',
    hint: 'start Docker (Docker Desktop, or sudo systemctl start docker), or point DOCKER_HOST at an engine that runs',
    evidence: candidates.map((path) => `no socket at ${path}`),
    owner: 'environment',
  });
}

function defaultSockets(lookup: EngineLookup): string[] {
  const runtime = lookup.environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(lookup.homeDirectory, '.docker/run/docker.sock'),
    join(lookup.homeDirectory, '.docker/desktop/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    join(lookup.homeDirectory, '.local/share/containers/podman/machine/podman.sock'),
    '/run/podman/podman.sock',
  ];
}

function unusable(message: string, hint: string): DevenvError {
  return new DevenvError({ code: 'engine-unreachable', message, hint, owner: 'user' });
}

function readJson(file: string): unknown {
  const text = readOptional(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(`${file} is not valid JSON: ${messageOf(error)}`, `mend or remove ${file}`);
  }
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw unusable(`${file} cannot be read: ${messageOf(error)}`, `check the rights of ${file}`);
  }
}

function directoryEntries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

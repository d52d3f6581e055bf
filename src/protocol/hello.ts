import { flag, list, mismatch, number, optionalText, parseFields, text, textEntry } from './decode.ts';

/** Raised when an older peer could misread what is sent. An agent serves this version and the one before. */
export const PROTOCOL_VERSION = 1;

/**
 * What a duplex between session and program is for.
 * `control`: JSON lines both ways, as long as it lives the session lives.
 * `outbound`: a tunnel whose streams the gateway opens. `inbound`: a tunnel whose streams the agent opens.
 */
export type DuplexRole = 'control' | 'outbound' | 'inbound';

/** Who runs a session: told to others who want the same port. */
export interface Owner {
  /** `user@host`. */
  readonly user: string;
  /** Project name. */
  readonly project: string;
  /** When the session began, milliseconds since 1970. */
  readonly since: number;
}

/** First line a session sends on any duplex to an agent or a gateway. */
export interface Hello {
  readonly version: number;
  readonly role: DuplexRole;
  /** The program's secret. */
  readonly secret: string;
  /** Random id of the session. */
  readonly session: string;
  /** Which tunnel of the session this is; on `inbound` and `outbound`, e.g. the service's name. */
  readonly tunnel: string;
  readonly owner: Owner;
}

/** How names are looked up beside the workload. */
export interface ResolverSettings {
  /** Domains tried for short names, in order. */
  readonly search: readonly string[];
  /** `options` of resolv.conf, e.g. `ndots:5`. */
  readonly options: readonly string[];
}

/** The program's answer to a hello. */
export type Welcome =
  | {
      readonly ok: true;
      readonly version: number;
      /** The resolver beside the program; a gateway gives none. */
      readonly resolver: ResolverSettings | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** Whether a program of this version can serve a peer that speaks `version`. */
export function isServed(version: number): boolean {
  return version === PROTOCOL_VERSION || version === PROTOCOL_VERSION - 1;
}

/** The hello as its line, without the line end. */
export function encodeHello(hello: Hello): string {
  return JSON.stringify(hello);
}

/** Errors: `protocol-mismatch`. */
export function decodeHello(line: string): Hello {
  const fields = parseFields(line, 'the hello');
  const owner = fields['owner'];
  const ownerFields = parseFields(JSON.stringify(owner ?? null), 'the owner');
  return {
    version: number(fields, 'version'),
    role: roleOf(text(fields, 'role')),
    secret: text(fields, 'secret'),
    session: text(fields, 'session'),
    tunnel: optionalText(fields, 'tunnel') ?? '',
    owner: {
      user: text(ownerFields, 'user'),
      project: text(ownerFields, 'project'),
      since: number(ownerFields, 'since'),
    },
  };
}

/** The welcome as its line, without the line end. */
export function encodeWelcome(welcome: Welcome): string {
  if (!welcome.ok) return JSON.stringify(welcome);
  const { ok, version, resolver } = welcome;
  // Sessions of version 1 may require a text `instance`, whatever it says: none of them makes use of it.
  return JSON.stringify({ ok, version, instance: '', resolver });
}

/** Errors: `protocol-mismatch`. */
export function decodeWelcome(line: string): Welcome {
  const fields = parseFields(line, 'the welcome');
  if (!flag(fields, 'ok')) return { ok: false, reason: text(fields, 'reason') };
  return {
    ok: true,
    version: number(fields, 'version'),
    resolver: fields['resolver'] === undefined ? undefined : resolverOf(fields['resolver']),
  };
}

function roleOf(role: string): DuplexRole {
  if (role === 'control' || role === 'outbound' || role === 'inbound') return role;
  throw mismatch(`unknown role ${role}`);
}

function resolverOf(value: unknown): ResolverSettings {
  const fields = parseFields(JSON.stringify(value), 'the resolver');
  return { search: list(fields, 'search', textEntry), options: list(fields, 'options', textEntry) };
}

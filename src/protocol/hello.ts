import { PROTOCOL_VERSION } from '../programs/index.ts';
import {
  type Fields,
  fieldsOf,
  flag,
  id,
  mismatch,
  number,
  optionalWords,
  parseFields,
  text,
  words,
} from './decode.ts';
import { type ResolverSettings, resolverOf } from './resolver-settings.ts';

/**
 * What a duplex between session and program is for.
 * `control`: JSON lines both ways, as long as it lives the session lives.
 * `outbound`: a tunnel whose streams the gateway opens. `inbound`: a tunnel whose streams the agent opens.
 * `to-neighbours`: a tunnel to the session, whose streams the gateway opens: those for other services of the file, and for this
 * machine. `from-neighbours`: a tunnel whose streams the session opens for other services of the file.
 * `look`: as `control`, of somebody who only asks what is held and is no session here.
 */
export type DuplexRole = (typeof ROLES)[number];

const ROLES = ['control', 'outbound', 'inbound', 'to-neighbours', 'from-neighbours', 'look'] as const;

/** Who runs a session: told to others who want the same port. */
export interface Owner {
  /** `user@host`. */
  readonly user: string;
  /** Project name. */
  readonly project: string;
  /** When the session began, milliseconds since 1970. */
  readonly since: number;
}

/** First line a session sends on any duplex to an agent or a gateway. It tells no secret. */
export interface Hello {
  readonly version: number;
  readonly role: DuplexRole;
  /** Random words that the program's proof must be about. */
  readonly nonce: string;
  /** Random id of the session. */
  readonly session: string;
  /** Which tunnel of the session this is; on `inbound` and `outbound`, e.g. the service's name. */
  readonly tunnel: string;
  readonly owner: Owner;
}

/** The program's answer to a hello that it can serve: it proves to be the one, and asks for the same. */
export interface Challenge {
  /** Random words that the session's proof must be about. */
  readonly nonce: string;
  /** See `proofOf`. */
  readonly proof: string;
}

/** The program's last word before the duplex belongs to its role. */
export type Welcome =
  | {
      readonly ok: true;
      readonly version: number;
      /** The resolver beside the program; a gateway gives none. */
      readonly resolver: ResolverSettings | undefined;
    }
  | Refusal;

/** A caller is not served. */
export interface Refusal {
  readonly ok: false;
  readonly reason: string;
}

/** Whether a program of this version can serve a peer that speaks `version`. */
export function isServed(version: number): boolean {
  return version === PROTOCOL_VERSION;
}

/** The hello as its line, without the line end. */
export function encodeHello(hello: Hello): string {
  return JSON.stringify(hello);
}

/** Errors: `protocol-mismatch`. */
export function decodeHello(line: string): Hello {
  const fields = parseFields(line, 'the hello');
  const version = number(fields, 'version');
  // Whatever else another version says is not for us to judge.
  if (!isServed(version))
    throw mismatch(`protocol version ${version} is not served, only ${PROTOCOL_VERSION}`);
  return {
    version,
    role: roleOf(text(fields, 'role')),
    nonce: id(fields, 'nonce'),
    session: id(fields, 'session'),
    tunnel: optionalWords(fields, 'tunnel') ?? '',
    owner: ownerOf(fieldsOf(fields['owner'], 'the owner')),
  };
}

/** Reads who runs a session. Errors: `protocol-mismatch`. */
export function ownerOf(fields: Fields): Owner {
  return { user: words(fields, 'user'), project: words(fields, 'project'), since: number(fields, 'since') };
}

/** The challenge as its line, without the line end. */
export function encodeChallenge(challenge: Challenge): string {
  return JSON.stringify(challenge);
}

/** What a program answers a hello with. Errors: `protocol-mismatch`. */
export function decodeChallenge(line: string): Challenge | Refusal {
  const fields = parseFields(line, 'the challenge');
  if (fields['ok'] === false) return { ok: false, reason: words(fields, 'reason') };
  return { nonce: id(fields, 'nonce'), proof: id(fields, 'proof') };
}

/** The session's proof as its line, without the line end. */
export function encodeProof(proof: string): string {
  return JSON.stringify({ proof });
}

/** Errors: `protocol-mismatch`. */
export function decodeProof(line: string): string {
  return id(parseFields(line, 'the proof'), 'proof');
}

/** The welcome as its line, without the line end. */
export function encodeWelcome(welcome: Welcome): string {
  return JSON.stringify(welcome);
}

/** Errors: `protocol-mismatch`. */
export function decodeWelcome(line: string): Welcome {
  const fields = parseFields(line, 'the welcome');
  if (!flag(fields, 'ok')) return { ok: false, reason: words(fields, 'reason') };
  return {
    ok: true,
    version: number(fields, 'version'),
    resolver: fields['resolver'] === undefined ? undefined : resolverOf(fields['resolver']),
  };
}

function roleOf(role: string): DuplexRole {
  const known = ROLES.find((one) => one === role);
  if (known !== undefined) return known;
  throw mismatch(`unknown role ${role}`);
}

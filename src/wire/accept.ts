import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { readFirstLine } from '../common/json-lines.ts';
import { PROTOCOL_VERSION } from '../programs/index.ts';
import {
  decodeHello,
  decodeProof,
  encodeChallenge,
  encodeWelcome,
  type Hello,
  proofOf,
  type ResolverSettings,
  sameProof,
} from '../protocol/index.ts';
import { newNonce } from './nonce.ts';

/** A caller that says nothing is no caller of ours. */
const HELLO_DEADLINE = { name: 'the hello', ms: 10_000 };

/** What a program answers callers with. */
export interface Greeted {
  /** What both must know, and nobody says. */
  readonly secret: string;
  /** TCP port that it listens on; undefined = a socket. */
  readonly port: number | undefined;
  /** How names are looked up here; undefined where that is nobody's business. */
  readonly resolver: ResolverSettings | undefined;
}

/**
 * Reads the hello of a fresh duplex, proves to be the program that the caller means, and welcomes a caller that proves to
 * be one of ours. Undefined when the caller was refused and the duplex ended: no proof, a version that is not served, or
 * no hello at all.
 */
export async function acceptHello(duplex: Duplex, greeted: Greeted): Promise<Hello | undefined> {
  duplex.on('error', () => {});
  try {
    return await withDeadline(HELLO_DEADLINE, undefined, (inTime) => accept(duplex, greeted, inTime));
  } catch (error) {
    duplex.end(`${encodeWelcome({ ok: false, reason: messageOf(error) })}\n`);
    return undefined;
  }
}

async function accept(
  duplex: Duplex,
  { secret, port, resolver }: Greeted,
  inTime: AbortSignal,
): Promise<Hello> {
  const line = await readFirstLine(duplex, inTime);
  const hello = decodeHello(line);
  const nonce = newNonce();
  const subject = { hello: line, nonce, port };
  duplex.write(`${encodeChallenge({ nonce, proof: proofOf(secret, 'program', subject) })}\n`);
  const proof = decodeProof(await readFirstLine(duplex, inTime));
  if (!sameProof(proof, proofOf(secret, 'session', subject)))
    throw new Error('the caller does not know the secret');
  duplex.write(`${encodeWelcome({ ok: true, version: PROTOCOL_VERSION, resolver })}\n`);
  return hello;
}

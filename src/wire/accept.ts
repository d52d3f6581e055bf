import { createHash, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { readFirstLine } from '../common/json-lines.ts';
import {
  decodeHello,
  encodeWelcome,
  type Hello,
  isServed,
  PROTOCOL_VERSION,
  type ResolverSettings,
} from '../protocol/index.ts';

/** A caller that says nothing is no caller of ours. */
const HELLO_DEADLINE = { name: 'the hello', ms: 10_000 };

/** What a program answers every accepted caller with. */
export interface Greeted {
  /** What a caller must present. */
  readonly secret: string;
  /** How names are looked up here; undefined where that is nobody's business. */
  readonly resolver: ResolverSettings | undefined;
}

/**
 * Reads the hello of a fresh duplex and answers it. Undefined when the caller was refused and the duplex ended:
 * wrong secret, a version that is not served, or no hello at all.
 */
export async function acceptHello(duplex: Duplex, greeted: Greeted): Promise<Hello | undefined> {
  duplex.on('error', () => {});
  try {
    const line = await withDeadline(HELLO_DEADLINE, undefined, (inTime) => readFirstLine(duplex, inTime));
    const hello = decodeHello(line);
    const reason = objection(hello, greeted.secret);
    if (reason === undefined) {
      const { resolver } = greeted;
      duplex.write(`${encodeWelcome({ ok: true, version: PROTOCOL_VERSION, resolver })}\n`);
      return hello;
    }
    duplex.end(`${encodeWelcome({ ok: false, reason })}\n`);
  } catch (error) {
    duplex.end(`${encodeWelcome({ ok: false, reason: messageOf(error) })}\n`);
  }
  return undefined;
}

function objection(hello: Hello, secret: string): string | undefined {
  if (!sameSecret(hello.secret, secret)) return 'wrong secret';
  if (!isServed(hello.version)) {
    return `protocol version ${hello.version} is not served, only ${PROTOCOL_VERSION} and the one before`;
  }
  return undefined;
}

/** Compares in constant time, whatever the lengths. */
function sameSecret(left: string, right: string): boolean {
  const digest = (secret: string) => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(left), digest(right));
}

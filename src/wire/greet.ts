import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import { readFirstLine } from '../common/json-lines.ts';
import {
  decodeChallenge,
  decodeWelcome,
  encodeHello,
  encodeProof,
  type Hello,
  proofOf,
  type Refusal,
  sameProof,
  type Welcome,
} from '../protocol/index.ts';
import { newNonce } from './nonce.ts';

/** Long enough for a busy node, short enough to try again within a person's patience. */
const WELCOME_DEADLINE = { name: 'the welcome of agent or gateway', ms: 5000 };

/** Whom a session greets. */
export interface Greeting {
  /** What is said, but for the random words. */
  readonly hello: Omit<Hello, 'nonce'>;
  /** What both must know, and nobody says. */
  readonly secret: string;
  /** TCP port that the program listens on; undefined = a socket. */
  readonly port: number | undefined;
}

/** A program that has proved to be the one that was meant, and has been given the proof that it asked for. */
export interface Introduction {
  /**
   * Its welcome, which is to be read before anything else of the duplex; what is written already comes after the proof, and
   * is not looked at without it. Errors: `protocol-mismatch` when the program refuses all the same, `agent-failed`,
   * `deadline-passed`; the duplex is destroyed then. Need not be waited for.
   */
  readonly welcome: Promise<Extract<Welcome, { ok: true }>>;
}

/**
 * Says hello on a fresh duplex, makes sure that whoever answers is the program meant, and proves to be one of its own. What
 * follows on the duplex belongs to the hello's role, and may be written at once: from afar the welcome takes its time.
 * Errors: `protocol-mismatch` when the program refuses, `agent-failed` when it is another one or the duplex breaks,
 * `deadline-passed`. On any of them the duplex is destroyed.
 */
export async function introduce(
  duplex: Duplex,
  greeting: Greeting,
  signal?: AbortSignal,
): Promise<Introduction> {
  await orDestroyed(duplex, signal, (inTime) => prove(duplex, greeting, inTime));
  const welcome = orDestroyed(duplex, signal, (inTime) => readWelcome(duplex, inTime));
  welcome.catch(() => {});
  return { welcome };
}

/** The same, and waits for the welcome. Errors: those of both. */
export async function greet(
  duplex: Duplex,
  greeting: Greeting,
  signal?: AbortSignal,
): Promise<Extract<Welcome, { ok: true }>> {
  return (await introduce(duplex, greeting, signal)).welcome;
}

async function orDestroyed<T>(
  duplex: Duplex,
  signal: AbortSignal | undefined,
  work: (inTime: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(WELCOME_DEADLINE, signal, work);
  } catch (error) {
    duplex.destroy();
    if (error instanceof DevenvError) throw error;
    throw new DevenvError({
      code: 'agent-failed',
      message: 'the connection broke before it was welcomed',
      owner: 'environment',
      cause: error,
    });
  }
}

async function prove(duplex: Duplex, { hello, secret, port }: Greeting, inTime: AbortSignal): Promise<void> {
  const line = encodeHello({ ...hello, nonce: newNonce() });
  duplex.write(`${line}\n`);
  const challenge = decodeChallenge(await readFirstLine(duplex, inTime));
  if ('ok' in challenge) throw refused(challenge);
  const subject = { hello: line, nonce: challenge.nonce, port };
  if (!sameProof(challenge.proof, proofOf(secret, 'program', subject))) throw impostor(port);
  duplex.write(`${encodeProof(proofOf(secret, 'session', subject))}\n`);
}

async function readWelcome(duplex: Duplex, inTime: AbortSignal): Promise<Extract<Welcome, { ok: true }>> {
  const welcome = decodeWelcome(await readFirstLine(duplex, inTime));
  if (!welcome.ok) throw refused(welcome);
  return welcome;
}

function refused({ reason }: Refusal): DevenvError {
  return new DevenvError({ code: 'protocol-mismatch', message: `refused: ${reason}`, owner: 'environment' });
}

function impostor(port: number | undefined): DevenvError {
  const where = port === undefined ? 'on its socket' : `on port ${port} of 127.0.0.1 there`;
  return new DevenvError({
    code: 'agent-failed',
    message: `what answers ${where} is another program than the one that was placed: it does not know the secret`,
    hint: 'find out which program of the workload listens there; nothing was told to it',
    owner: 'environment',
  });
}

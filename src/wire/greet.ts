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

/**
 * Says hello on a fresh duplex, makes sure that whoever answers is the program meant, proves to be one of its own, and
 * waits for the welcome; what follows on the duplex belongs to the hello's role.
 * Errors: `protocol-mismatch` when the program refuses, `agent-failed` when it is another one or the duplex breaks,
 * `deadline-passed`. On any of them the duplex is destroyed.
 */
export async function greet(
  duplex: Duplex,
  greeting: Greeting,
  signal?: AbortSignal,
): Promise<Extract<Welcome, { ok: true }>> {
  try {
    return await withDeadline(WELCOME_DEADLINE, signal, (inTime) => exchange(duplex, greeting, inTime));
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

async function exchange(
  duplex: Duplex,
  { hello, secret, port }: Greeting,
  inTime: AbortSignal,
): Promise<Extract<Welcome, { ok: true }>> {
  const line = encodeHello({ ...hello, nonce: newNonce() });
  duplex.write(`${line}\n`);
  const challenge = decodeChallenge(await readFirstLine(duplex, inTime));
  if ('ok' in challenge) throw refused(challenge);
  const subject = { hello: line, nonce: challenge.nonce, port };
  if (!sameProof(challenge.proof, proofOf(secret, 'program', subject))) throw impostor(port);
  duplex.write(`${encodeProof(proofOf(secret, 'session', subject))}\n`);
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

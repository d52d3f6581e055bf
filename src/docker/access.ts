import type Dockerode from 'dockerode';
import { withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError } from '../common/errors.ts';
import type { EngineInfo } from '../engine/index.ts';
import { engineFailed, type Refusal, refusalOf, systemCodeWithin, unreachable } from './failures.ts';
import type { EngineLocation } from './locate-engine.ts';
import type { RegistryCredentials } from './registry-auth.ts';
import type { SharedSockets } from './shared-sockets.ts';

/** One open engine and what its methods share. */
export interface DockerAccess {
  readonly docker: Dockerode;
  readonly location: EngineLocation;
  readonly info: EngineInfo;
  /** The engine's clock minus this machine's, milliseconds; 0 on the same kernel. */
  readonly clockOffsetMs: number;
  /** Where the sockets of containers are found on this machine, see `SharedSockets`. */
  readonly sockets: SharedSockets;
  /** Directory below which socket directories are made; absolute. */
  readonly runtimeDirectory: string;
  /** Program inside a container that joins its stdin and stdout to the Unix socket given as last argument. */
  readonly relayCommand: readonly string[];
  /** What `docker login` remembered for the registry of an image; undefined = nothing. */
  readonly credentials: (reference: string) => Promise<RegistryCredentials | undefined>;
}

/** A question to the engine. */
export interface Question<T> {
  /** What is tried, as it reads before a colon, e.g. `remove container web`. */
  readonly doing: string;
  readonly call: () => Promise<T>;
  /** Gives a refusal of the engine its meaning; undefined = a plain `engine-failed`. */
  readonly refused?: (refusal: Refusal) => DevenvError | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long an answer may take, milliseconds; default 60,000. Undefined = as long as it takes. */
  readonly limitMs?: number | undefined;
}

const ANSWER_LIMIT_MS = 60_000;

/** Asks the engine and turns every failure into a `DevenvError`. */
export async function ask<T>(location: EngineLocation, question: Question<T>): Promise<T> {
  const { doing, signal } = question;
  const limitMs = 'limitMs' in question ? question.limitMs : ANSWER_LIMIT_MS;
  if (signal?.aborted) throw cancelled(doing);
  try {
    if (limitMs === undefined) return await question.call();
    // The client never settles when the engine goes away in the middle of an answer.
    return await withDeadline({ name: doing, ms: limitMs }, signal, () => question.call());
  } catch (error) {
    throw translated(location, question, error);
  }
}

/** The `DevenvError` of anything that was thrown while the engine was asked. */
export function translated(
  location: EngineLocation,
  question: Omit<Question<unknown>, 'call'>,
  error: unknown,
): DevenvError {
  if (error instanceof DevenvError) {
    return error.code === 'deadline-passed' ? unreachable(location, error) : error;
  }
  if (question.signal?.aborted) return cancelled(question.doing);
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    return question.refused?.(refusal) ?? engineFailed(question.doing, refusal.words, error);
  }
  if (systemCodeWithin(error) !== undefined) return unreachable(location, error);
  return engineFailed(question.doing, error instanceof Error ? error.message : String(error), error);
}

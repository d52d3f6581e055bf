import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';

/** What the guardian must know to clean up after a session. */
export interface Guarded {
  readonly project: string;
  /** Id of the session. */
  readonly session: string;
  /** Where its control socket lies. */
  readonly socketPath: string;
}

/** The session's side of its guardian. */
export interface Guardian {
  /** The session has cleaned up itself; the guardian ends. */
  dismiss(): void;
  /** Resolves when it has ended, dismissed or not. */
  readonly ended: Promise<void>;
}

const READY_DEADLINE = { name: 'guardian ready', ms: 10_000 };

/**
 * Starts the guardian: a detached process of this same program that holds a pipe to the session. When the pipe breaks
 * without a goodbye, the session was killed, and the guardian removes what it made. Resolves when it is on guard.
 * A sleeping machine breaks no pipe. Errors: `internal` when it does not get ready.
 */
export async function startGuardian(
  spawnSelf: (args: readonly string[]) => ChildProcess,
  guarded: Guarded,
): Promise<Guardian> {
  const child = spawnSelf(['guardian']);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw notReady('it has no pipes');
  stdin.on('error', () => {});
  let why = 'it ended';
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      why = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      why = `it ended with ${signal ?? code}`;
      resolve();
    });
  });
  stdin.write(encodeLine(guarded));
  await withDeadline(READY_DEADLINE, undefined, async () => {
    const [answer] = await Promise.race([once(stdout, 'data'), ended.then(() => [why])]);
    if (String(answer).trim() !== 'ready') throw notReady(String(answer));
  });
  stdout.destroy();
  child.unref();
  // The pipe must not keep the session alive, only tell of its end.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return { dismiss: () => stdin.end(encodeLine('dismissed')), ended };
}

/** The guardian's own life. `cleanUp` is called only when the session was killed. */
export async function runGuardian(
  input: Readable,
  output: Writable,
  cleanUp: (guarded: Guarded) => Promise<void>,
): Promise<void> {
  let guarded: Guarded | undefined;
  for await (const line of readJsonLines(input)) {
    if (line === 'dismissed') return;
    guarded = line as Guarded;
    output.write('ready\n');
  }
  if (guarded !== undefined) await cleanUp(guarded);
}

function notReady(why: string): DevenvError {
  return new DevenvError({
    code: 'internal',
    message: `the guardian did not get ready: ${why}`,
    owner: 'devenv',
  });
}

import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { DevenvError } from '../common/errors.ts';
import type { ExecStreams } from '../runner/index.ts';

/** No refusal of env(1) is longer, characters. */
const MOST_WORDS = 1024;

/** What is carried between a program and somebody's streams. */
export interface CarriedStreams {
  /** The first words that the program, or who was to begin it, wrote to stderr. */
  readonly begun: () => string;
  /** The program has no input any more. */
  readonly close: () => void;
}

/** Carries the streams of a program that has pipes. Of one that has this process's own terminal there is nothing to carry. */
export function carryStreams(child: ChildProcess, { input, output, errors }: ExecStreams): CarriedStreams {
  const { stdin } = child;
  if (stdin !== null) {
    stdin.on('error', () => {});
    input?.pipe(stdin);
  }
  child.stdout?.on('data', (bytes) => output.write(bytes));
  // The words of env(1) may come in pieces.
  let begun = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    if (begun.length < MOST_WORDS) begun += bytes.toString('utf8');
    errors.write(bytes);
  });
  return {
    begun: () => begun,
    close: () => {
      if (stdin !== null) input?.unpipe(stdin);
    },
  };
}

/** Resolves to the exit code of a program. Errors: `program-not-found`, `program-not-executable`. */
export async function exitOf(child: ChildProcess, { begun, close }: CarriedStreams): Promise<number> {
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, ended) => resolve(exit ?? (ended === null ? 1 : 128 + numberOf(ended))));
  }).finally(close);
  const words = begun();
  if (!words.startsWith('env: ')) return code;
  if (code === 127 || code === 126) throw notBegun(code, words.trim());
  return code;
}

function numberOf(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

function notBegun(code: 126 | 127, words: string): DevenvError {
  return new DevenvError({
    code: code === 127 ? 'program-not-found' : 'program-not-executable',
    message: `it could not be begun: ${words.replace(/^env: /, '')}`,
    owner: 'user',
  });
}

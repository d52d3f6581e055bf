import { open, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type FindScript, interpreterIn, underDebugger } from '../debuggers/index.ts';
import type { Debug, Service } from '../model/workspace.ts';

/** A first line that says what runs a script is no longer, bytes. */
const FIRST_LINES_BYTES = 4096;

/** What a program of this machine is begun with: words, and variables that the debugger wants; the service's own win. */
export interface DebuggedWords {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The command of a program of this machine under its debugger. A first word that is a script is looked up where the
 * program's variables and directory lead; `path`: this user's PATH, where the program has none of its own.
 * Errors: `debug-impossible`.
 */
export async function debuggedOwnProgram(
  { workingDir = '/', environment: own, process: words = [] }: Service,
  debug: Debug,
  path: string,
): Promise<DebuggedWords> {
  const findScript: FindScript = async (word) => {
    let isThere = false;
    for (const place of placesOf(word, workingDir, own['PATH'] ?? path)) {
      const script = await scriptAt(place);
      if (script === 'other') isThere = true;
      else if (script !== 'missing') return { path: place, interpreter: script };
    }
    return isThere ? 'other' : 'missing';
  };
  const { entrypoint, command, environment } = await underDebugger(
    debug,
    { entrypoint: [], command: words },
    findScript,
  );
  return { command: [...entrypoint, ...command], environment };
}

function placesOf(word: string, workingDir: string, path: string): readonly string[] {
  if (word.includes('/')) return [resolve(workingDir, word)];
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((directory) => join(directory, word));
}

async function scriptAt(path: string): Promise<readonly string[] | 'missing' | 'other'> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return 'missing';
  try {
    const handle = await open(target, 'r');
    try {
      if (!(await handle.stat()).isFile()) return 'missing';
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINES_BYTES));
      return interpreterIn(buffer.toString('utf8', 0, bytesRead)) ?? 'other';
    } finally {
      await handle.close();
    }
  } catch {
    return 'other';
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs the docker command. Returns its output, trimmed. Errors: what it said, with the command. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await execute('docker', words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** The same, as lines; no output is no lines. */
export async function dockerLines(...words: readonly string[]): Promise<readonly string[]> {
  return (await docker(...words)).split('\n').filter((line) => line !== '');
}

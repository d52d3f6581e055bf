// Containers of the engine, on this machine.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs the docker command.
 * @param {readonly string[]} words
 * @returns {Promise<string>} its output, trimmed
 */
export async function docker(...words) {
  const { stdout } = await execute('docker', words);
  return stdout.trim();
}

/**
 * The program a container runs: its first process, or the first Node below it where that is a shell.
 * @param {string} container
 * @returns {Promise<number>} as this machine numbers it
 * @throws {Error} when it does not run
 */
export async function pidOf(container) {
  const listed = await docker('top', container, '-eo', 'pid,comm');
  const pids = listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, command]) => command === 'node' || command === 'MainThread')
    .map(([pid]) => Number(pid));
  const [pid] = pids;
  if (pid === undefined) throw new Error(`no program runs in container ${container}`);
  // Signals go to processes of this machine: be sure that this is one, and not one of an engine's own machine.
  readFileSync(`/proc/${pid}/stat`);
  return pid;
}

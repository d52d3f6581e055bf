// Runs programs to their end.
import { spawnSync } from 'node:child_process';

/** Some shells' PATH lacks the sbin folders. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{ input?: string | Buffer, env?: Record<string, string>, cwd?: string }} [options]
 * @returns {{ stdout: string, stderr: string }}
 * @throws {Error} with the command and what it said, when it fails
 */
export function run(program, words, options = {}) {
  const result = spawnSync(program, words, {
    ...options,
    encoding: 'utf8',
    env: { ...process.env, PATH, ...options.env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) throw new Error(`${program}: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`\`${program} ${words.join(' ')}\` failed:\n${(result.stderr || result.stdout).trim()}`);
  return { stdout: result.stdout, stderr: result.stderr };
}

/**
 * The same where failure is an answer.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {string} [input]
 */
export function tryRun(program, words, input) {
  try {
    run(program, words, input === undefined ? {} : { input });
    return true;
  } catch {
    return false;
  }
}

// Runs a program to its end.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {object} [options]
 * @param {string} [options.cwd] absent = this process's
 * @param {AbortSignal} [options.signal] ends the program with SIGTERM
 * @param {Readonly<Record<string, string>>} [options.env] on top of this process’s
 * @param {string} [options.input] what it reads; absent = nothing
 * @param {(line: string) => void} [options.onLine] gets each line of both outputs as it comes
 * @returns {Promise<string>} standard output
 * @throws {Error} with the last lines of both outputs when the exit code is not 0
 */
export function run(program, words, { cwd, signal, onLine, env, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd,
      signal,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const title = `\`${[program, ...words].join(' ')}\``;
    /** @type {string[]} */
    const both = [];
    // Whoever does not want all of it says so by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    let output = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      both.push(line);
      onLine?.(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      both.push(line);
      onLine?.(line);
    });
    child.once('error', (error) => reject(new Error(`${title}: ${error.message}`)));
    child.once('close', (code, killedBy) => {
      if (code === 0) return resolve(output);
      reject(new Error([`${title} ended with ${killedBy ?? `code ${code}`}`, ...both.slice(-15)].join('\n')));
    });
  });
}

// The machine that something was measured on.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';

/**
 * @param {string} devenv path of the built command line that was measured, which another checkout may have built
 * @returns {string} processors, memory, kernel, Node and commit
 */
export function machineText(devenv) {
  const git = { cwd: dirname(devenv), encoding: /** @type {const} */ ('utf8') };
  const commit = execFileSync('git', ['log', '-1', '--format=%h'], git).trim();
  const processor = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
  const gigabytes = Math.round(totalmem() / 1e9);
  return `${cpus().length} × ${processor}, ${gigabytes} GB, Linux ${release()}, Node ${process.versions.node}, commit ${commit}`;
}

// How long the command line takes to start, whole processes, side by side with Node doing nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param {string} devenv path of the built command line
 * @param {number} runs
 * @returns {Readonly<Record<string, number[]>>} milliseconds by command
 */
export function startTimes(devenv, runs) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'nothing.mjs'), '');
  writeFileSync(join(folder, 'gefyra.yaml'), 'services:\n  app:\n    image: shop:dev\n');
  const cases = {
    'node, doing nothing': [join(folder, 'nothing.mjs')],
    'devenv --help': [devenv, '--help'],
    'devenv validate': [devenv, 'validate'],
  };
  /** @type {Record<string, number[]>} */
  const times = {};
  // In turn, so that whatever else the machine does falls on all of them.
  for (let run = 0; run < runs; run += 1) {
    for (const [name, args] of Object.entries(cases)) {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
      const taken = times[name] ?? [];
      times[name] = [...taken, performance.now() - start];
    }
  }
  rmSync(folder, { recursive: true });
  return times;
}

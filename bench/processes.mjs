// Programs of this machine beside containers: how long until they have a workload's traffic, and how long a command takes that
// is run once as a workload. The agent stands already.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE } from './place.mjs';
import { summaries } from './report.mjs';
import { originalsAnswer, Session } from './session.mjs';

/** The ways that are compared, by their names. */
export const WAYS = /** @type {const} */ (['process', 'container']);

/**
 * @param {import('./place.mjs').Place} place
 * @param {number} runs
 * @param {import('./quiet.mjs').Beginnings} beginnings
 * @returns {Promise<Record<string, import('./report.mjs').Summary>>} milliseconds, by what and by which way
 */
export async function processes(place, runs, beginnings) {
  /** @type {Record<string, number[]>} */
  const samples = {};
  const take = (/** @type {string} */ what, /** @type {number} */ ms) => {
    samples[what] = [...(samples[what] ?? []), ms];
  };
  // The first one places the agent, and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    await beginnings.begin(`programs of this machine: run ${run} of ${runs}`);
    for (const way of WAYS) {
      await originalsAnswer(place);
      const bridged = place.bridged.map((one) => ({ ...one, isProcess: way === 'process' }));
      const { devenv, flags, environment } = place;
      const session = new Session({ devenv, flags, environment, bridged });
      const { ms } = await session.up();
      await session.end();
      session.close();
      const once = runOnce(place, way === 'process' ? [] : ['--image', IMAGE]);
      if (run === 0) continue;
      take(`up ${way}`, ms);
      take(`run ${way}`, once);
    }
  }
  return summaries(samples);
}

/**
 * @param {import('./place.mjs').Place} place
 * @param {readonly string[]} more
 */
function runOnce({ devenv, flags, environment, bridged }, more) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const words = [devenv, ...flags, 'run', '--like', bridged[0]?.target ?? '', ...more, '--', 'true'];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  const ms = performance.now() - start;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`devenv run ended with ${status}\n${stderr}`);
  return ms;
}

// Where the soak happens. One file for each platform beside this one.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../bench/place.mjs';

/** Folder of what runs in containers. */
export const PROGRAMS = join(ROOT, 'soak', 'programs');

/** The sidecar in front of the app: that of an example. */
export const SIDECAR = join(ROOT, 'examples', 'sidecar-demo', 'pod', 'sidecar.mjs');

/**
 * A pod with a sidecar, a neighbour that is its database, and what stands between devenv and them.
 * @typedef {object} Place
 * @property {string} name as it is shown
 * @property {string} project name of the session's project
 * @property {string} target the app in the spelling of the file
 * @property {Readonly<Record<string, unknown>>} connection of the file
 * @property {Readonly<Record<string, string>>} environment of devenv
 * @property {() => import('./load.mjs').Addresses} addresses
 * @property {() => Promise<number>} agentPid the agent beside the app, as this machine numbers it; errors: none runs
 * @property {import('./bad-network.mjs').BadNetwork} engine what stands between devenv and the engine
 * @property {import('./bad-network.mjs').BadNetwork | undefined} api what stands between devenv and the API server
 * @property {() => Promise<void>} restartTarget resolves when the app's own container runs again
 * @property {() => Promise<void>} replacePod resolves when another pod answers
 * @property {() => Promise<void>} close removes everything
 */

const LOOK_MS = 100;

/**
 * Resolves when somebody answers there. Errors: nobody does within so many milliseconds.
 * @param {string} url
 * @param {number} ms
 */
export async function untilItAnswers(url, ms) {
  const deadline = performance.now() + ms;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`${url} does not answer`);
    await pause(LOOK_MS);
  }
}

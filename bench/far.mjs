// What it costs that a cluster is far away: the beginning of a session, and bodies in both directions, through a way that takes
// its time, beside kubectl's port-forward through the same one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { behind, openFarPath, serverOf } from '../test/cluster/far-path.mjs';
import { KUBECONFIG } from '../test/cluster/paths.mjs';
import { download, upload } from './load.mjs';
import { BRIDGED } from './place.mjs';
import { summaries } from './report.mjs';
import { originalsAnswer, Session } from './session.mjs';

const STREAMS = [1, 4];
const BODY_BYTES = 64 * 1024 * 1024;
/** Until a window has grown, which takes a heartbeat or two, milliseconds. */
const MEASURED_MS = 2500;

/** The ways that are measured, by their names. */
const WAYS = {
  'no delay': { delayMs: 0 },
  '80 ms': { delayMs: 40 },
  '80 ms, 1 % lost': { delayMs: 40, loss: 0.01 },
};

/**
 * @param {import('./kubernetes-place.mjs').KubernetesPlace} place
 * @param {number} runs
 * @param {import('./quiet.mjs').Beginnings} beginnings
 * @returns {Promise<import('./report.mjs').FarWays>}
 */
export async function farWays(place, runs, beginnings) {
  /** @type {Record<string, Record<string, number[]>>} */
  const samples = {};
  for (let run = 0; run < runs; run += 1) {
    for (const [name, way] of Object.entries(WAYS)) {
      await beginnings.begin(`far: ${name}, run ${run + 1} of ${runs}`);
      const found = await throughWay(place, way);
      const all = samples[name] ?? {};
      samples[name] = all;
      for (const [what, value] of Object.entries(found)) all[what] = [...(all[what] ?? []), value];
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, found]) => [name, summaries(found)]));
}

/**
 * @param {import('./kubernetes-place.mjs').KubernetesPlace} place
 * @param {{ delayMs: number, loss?: number }} way
 * @returns {Promise<Record<string, number>>}
 */
async function throughWay(place, way) {
  const kubeconfig = JSON.parse(readFileSync(KUBECONFIG, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'bench-far-'));
  const file = join(folder, 'kubeconfig');
  /** @type {Record<string, number>} */
  const found = {};
  await place.forget();
  for (const kind of ['cold', 'warm']) {
    const path = await openFarPath(serverOf(kubeconfig), way);
    writeFileSync(file, JSON.stringify(behind(kubeconfig, path)));
    await originalsAnswer(place);
    const session = new Session({
      devenv: place.devenv,
      flags: place.flags,
      bridged: place.bridged,
      environment: { ...place.environment, KUBECONFIG: file },
    });
    found[kind] = (await session.up()).ms;
    found[`${kind} connections`] = path.counts().connections;
    if (kind === 'warm') Object.assign(found, await bodies(place, file));
    await session.end();
    session.close();
    await path.close();
  }
  rmSync(folder, { recursive: true });
  return found;
}

/**
 * @param {import('./kubernetes-place.mjs').KubernetesPlace} place
 * @param {string} kubeconfig
 */
async function bodies(place, kubeconfig) {
  /** @type {Record<string, number>} */
  const found = {};
  const forward = await place.portForward(kubeconfig);
  const bridged = { host: place.host, port: BRIDGED };
  const forwarded = { host: '127.0.0.1', port: forward.port };
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  for (const streams of STREAMS) {
    // What the bridged service answers goes to the cluster; what kubectl fetches comes from there.
    found[`devenv up ${streams}`] = await atOnce(streams, (bytes) => download(bridged, bytes));
    found[`kubectl up ${streams}`] = await atOnce(streams, (bytes) => upload(forwarded, bytes));
    found[`devenv down ${streams}`] = await atOnce(streams, (bytes) => upload(bridged, bytes));
    found[`kubectl down ${streams}`] = await atOnce(streams, (bytes) => download(forwarded, bytes));
  }
  forward.close();
  return found;
}

/**
 * @param {number} streams
 * @param {(bytes: number) => Promise<number>} carry
 * @returns {Promise<number>} MB/s of all together
 */
async function atOnce(streams, carry) {
  const start = performance.now();
  await Promise.all(Array.from({ length: streams }, () => carry(BODY_BYTES)));
  return (streams * BODY_BYTES) / (performance.now() - start) / 1000;
}

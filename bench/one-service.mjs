// One service: how fast a session begins and ends, what the way through it costs, and what it has in use.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { download, requestRate, roundTrips, upload } from './load.mjs';
import { BRIDGED, DIRECT, ROOT } from './place.mjs';
import { summaries } from './report.mjs';
import { originalsAnswer, PROJECT, Session } from './session.mjs';
import { usageOfRole, usageOfSession } from './usage.mjs';

const CONNECTIONS = 32;
const RATE_MS = 3000;
/** A second or more of them: in less, the p99 tells of whatever the machine happened to do then. */
const ROUND_TRIPS = 5000;
const BODY_BYTES = 512 * 1024 * 1024;
/** Until everything that goes on at the start is over, and how long is looked then. */
const SETTLE_MS = 5000;
const REST_MS = 10_000;

/**
 * @param {import('./place.mjs').Place} place
 * @param {number} runs
 * @param {import('./quiet.mjs').Beginnings} beginnings
 * @returns {Promise<import('./report.mjs').PlaceResults>}
 */
export async function oneService(place, runs, beginnings) {
  /** @type {Record<string, number[]>} */
  const times = { cold: [], warm: [], 'no-op': [], teardown: [], 'fail-open': [] };
  let failed = 0;
  const add = (/** @type {string} */ name, /** @type {import('./session.mjs').Wait} */ wait) => {
    times[name]?.push(wait.ms);
    failed += wait.failed;
  };
  await originalsAnswer(place);
  for (let run = 0; run < runs; run += 1) {
    await place.forget();
    for (const kind of ['cold', 'warm']) {
      await beginnings.begin(`${place.name}: ${kind} session, run ${run + 1} of ${runs}`);
      const session = new Session(place);
      add(kind, await session.up());
      times['no-op']?.push(session.noOp());
      add('teardown', await session.end());
      session.close();
    }
    const doomed = new Session(place);
    await doomed.up();
    add('fail-open', await doomed.die());
    doomed.close();
  }

  const session = new Session(place);
  await session.up();
  const { host } = place;
  const proxy = spawn(process.execPath, [join(ROOT, 'bench', 'tcp-proxy.mjs'), host, String(DIRECT)]);
  const [proxyPort] = await once(proxy.stdout, 'data');
  const forward = await place.portForward?.();
  const paths = {
    direct: { host, port: DIRECT },
    'TCP proxy': { host: '127.0.0.1', port: Number(proxyPort) },
    ...(forward === undefined ? {} : { 'kubectl port-forward': { host: '127.0.0.1', port: forward.port } }),
    ...(place.rawForward === undefined ? {} : { 'one port-forward WebSocket': { open: place.rawForward } }),
    devenv: { host, port: BRIDGED },
  };
  await beginnings.begin(`${place.name}: at rest`);
  const atRest = await usageAtRest(place, session);
  /** @type {Record<string, import('./report.mjs').PathSamples>} */
  const samples = {};
  for (let run = 0; run < runs; run += 1) {
    // In turn, so that whatever else the machine does falls on all of them.
    for (const [name, address] of Object.entries(paths)) {
      await beginnings.begin(`${place.name}: ${name}, run ${run + 1} of ${runs}`);
      const found = samples[name] ?? { latency: [], rate: [], loaded: [], down: [], up: [] };
      samples[name] = found;
      await roundTrips(address, 200);
      found.latency.push(...(await roundTrips(address, ROUND_TRIPS)));
      const { perSecond, times: loaded } = await requestRate(address, CONNECTIONS, RATE_MS);
      found.rate.push(perSecond);
      found.loaded = found.loaded.concat(loaded);
      found.down.push(await download(address, BODY_BYTES));
      found.up.push(await upload(address, BODY_BYTES));
    }
  }
  const afterLoad = await usage(place, session);
  forward?.close();
  proxy.kill();
  await session.end();
  session.close();
  return {
    times: summaries(times),
    failed,
    paths: Object.fromEntries(Object.entries(samples).map(([name, found]) => [name, summaries(found)])),
    atRest,
    afterLoad,
  };
}

/**
 * What each part has in use; in place of the processor time so far, its share of one processor while nothing is asked.
 * @param {import('./place.mjs').Place} place
 * @param {Session} session
 */
async function usageAtRest(place, session) {
  await pause(SETTLE_MS);
  const before = await usage(place, session);
  const start = performance.now();
  await pause(REST_MS);
  const after = await usage(place, session);
  const ms = performance.now() - start;
  return Object.fromEntries(
    Object.entries(after).map(([name, { memory, anonymous, processor }]) => {
      const share = (processor - (before[name]?.processor ?? 0)) / ms;
      return [name, { memory, anonymous, processor: share }];
    }),
  );
}

/**
 * @param {import('./place.mjs').Place} place
 * @param {Session} session
 * @returns {Promise<Record<string, import('./usage.mjs').Usage>>} by part; without those that this build does not have
 */
async function usage(place, session) {
  const found = { ...usageOfSession(session.pid), agent: await place.agentUsage() };
  for (const role of ['gateway', 'holder']) {
    const { containers, usage } = await usageOfRole(PROJECT, role);
    if (containers > 0) Object.assign(found, { [role]: usage });
  }
  return found;
}

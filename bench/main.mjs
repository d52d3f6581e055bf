// Everything that is claimed about speed, measured in one run: `npm run bench`.
// usage: node bench/main.mjs [--only docker|kubernetes] [--runs N] [--write]
//   --write puts the results into docs/benchmarks.{json,md,svg}
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureEngine, ensureTools } from '../scripts/engine.mjs';
import { dockerPlace } from './docker-place.mjs';
import { kubernetesPlace } from './kubernetes-place.mjs';
import { download, requestRate, roundTrips, upload } from './load.mjs';
import { BRIDGED, DEVENV, DIRECT, ensureImage, ROOT, usageOf, usageOfContainer } from './place.mjs';
import { plot, summary, table } from './report.mjs';
import { endAll, originalAnswers, Session } from './session.mjs';
import { startTimes } from './start-times.mjs';

const CONNECTIONS = 32;
const RATE_MS = 3000;
/** A second or more of them: in less, the p99 tells of whatever the machine happened to do then. */
const ROUND_TRIPS = 5000;
const BODY_BYTES = 512 * 1024 * 1024;
/** Until everything that goes on at the start is over, and how long is looked then. */
const SETTLE_MS = 5000;
const REST_MS = 10_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const report = (/** @type {string} */ line) => console.error(line);

/** @type {import('./report.mjs').Results} */
const results = { machine: machine(), runs, starts: {}, places: {} };
await ensureEngine({ report });
await ensureTools({ report });
ensureImage();
report('start of the command line');
results.starts = map(startTimes(DEVENV, Math.max(runs, 15)), summary);
for (const [name, open] of Object.entries({
  docker: dockerPlace,
  kubernetes: () => kubernetesPlace(report),
})) {
  if (values.only !== undefined && values.only !== name) continue;
  const place = await open();
  try {
    results.places[place.name] = await measure(place);
  } finally {
    await endAll();
    await place.close();
  }
}
console.log(table(results));
if (values.write) {
  writeFileSync(join(ROOT, 'docs', 'benchmarks.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), table(results));
  writeFileSync(join(ROOT, 'docs', 'benchmarks.svg'), plot(results));
}

/**
 * @param {import('./place.mjs').Place} place
 * @returns {Promise<import('./report.mjs').PlaceResults>}
 */
async function measure(place) {
  /** @type {Record<string, number[]>} */
  const times = { cold: [], warm: [], 'no-op': [], teardown: [], 'fail-open': [] };
  let failed = 0;
  const add = (/** @type {string} */ name, /** @type {import('./session.mjs').Wait} */ wait) => {
    times[name]?.push(wait.ms);
    failed += wait.failed;
  };
  await originalAnswers(place);
  for (let run = 0; run < runs; run += 1) {
    report(`${place.name}: sessions, run ${run + 1} of ${runs}`);
    await place.forget();
    for (const kind of ['cold', 'warm']) {
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
  const atRest = await usageAtRest(place, session);
  /** @type {Record<string, import('./report.mjs').PathSamples>} */
  const samples = {};
  for (let run = 0; run < runs; run += 1) {
    // In turn, so that whatever else the machine does falls on all of them.
    for (const [name, address] of Object.entries(paths)) {
      report(`${place.name}: ${name}, run ${run + 1} of ${runs}`);
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
  const afterLoad = usage(place, session);
  forward?.close();
  proxy.kill();
  await session.end();
  session.close();
  return {
    times: map(times, summary),
    failed,
    paths: map(samples, ({ latency, rate, loaded, down, up }) => ({
      latency: summary(latency),
      rate: summary(rate),
      loaded: summary(loaded),
      down: summary(down),
      up: summary(up),
    })),
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
  report(`${place.name}: at rest`);
  await pause(SETTLE_MS);
  const before = usage(place, session);
  const start = performance.now();
  await pause(REST_MS);
  const after = usage(place, session);
  const ms = performance.now() - start;
  return map(after, ({ memory, processor }, name) => ({
    memory,
    processor: (processor - (before[name]?.processor ?? 0)) / ms,
  }));
}

/**
 * @param {import('./place.mjs').Place} place
 * @param {Session} session
 * @returns {Record<string, import('./place.mjs').Usage>}
 */
function usage(place, session) {
  return {
    session: usageOf(session.child?.pid ?? 0),
    agent: place.agentUsage(),
    gateway: usageOfContainer('gefyra-bench.app.gateway'),
    holder: usageOfContainer('gefyra-bench.app.holder'),
  };
}

function machine() {
  const commit = execFileSync('git', ['log', '-1', '--format=%h'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const processor = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
  const gigabytes = Math.round(totalmem() / 1e9);
  return `${cpus().length} × ${processor}, ${gigabytes} GB, Linux ${release()}, Node ${process.versions.node}, commit ${commit}`;
}

/**
 * @template From, To
 * @param {Readonly<Record<string, From>>} record
 * @param {(value: From, name: string) => To} change
 * @returns {Record<string, To>}
 */
function map(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

// What it costs that requests are told apart: a bridge of the whole port beside one with a filter, for requests that it takes
// and for those that it leaves to the original. On Docker, where the way is shortest.
import { newConnections, OTHERS, REQUEST, requestRate, roundTrips, whileKept } from './load.mjs';
import { BRIDGED, DIRECT } from './place.mjs';
import { summaries } from './report.mjs';
import { originalsAnswer, Session } from './session.mjs';

const CONNECTIONS = 32;
const KEPT = 1000;
const RATE_MS = 2000;
const ROUND_TRIPS = 2000;
const NEW_CONNECTIONS = 300;
/** Until memory that was needed for the opening alone is given back, milliseconds. */
const SETTLE_MS = 3000;

/**
 * @param {import('./place.mjs').Place} place
 * @param {number} runs
 * @param {import('./quiet.mjs').Beginnings} beginnings
 * @returns {Promise<import('./report.mjs').FilterPaths>}
 */
export async function filters(place, runs, beginnings) {
  const { host } = place;
  await originalsAnswer(place);
  /** @type {Record<string, import('./report.mjs').FilterSamples>} */
  const samples = {};
  const bridged = { host, port: BRIDGED };
  for (let run = 0; run < runs; run += 1) {
    await beginnings.begin(`filters: direct, run ${run + 1} of ${runs}`);
    await measure('direct', { host, port: DIRECT }, REQUEST);
    const whole = new Session(place);
    await whole.up();
    await beginnings.begin(`filters: whole port, run ${run + 1} of ${runs}`);
    await measure('whole port', bridged, REQUEST);
    await whole.end();
    whole.close();
    const filtered = new Session({
      ...place,
      bridged: place.bridged.map((one) => ({ ...one, match: '{headers: {x-bench: mine}}' })),
    });
    await filtered.up();
    await beginnings.begin(`filters: with a filter, run ${run + 1} of ${runs}`);
    await measure('taken', bridged, REQUEST);
    await measure('left to the original', bridged, OTHERS);
    await filtered.end();
    filtered.close();
  }
  return Object.fromEntries(Object.entries(samples).map(([name, found]) => [name, summaries(found)]));

  /** @param {string} name @param {{ host: string, port: number }} address @param {Buffer} request */
  async function measure(name, address, request) {
    const found = samples[name] ?? { kept: [], rate: [], fresh: [], freshRate: [], memory: [] };
    samples[name] = found;
    await roundTrips(address, 200, request);
    found.kept.push(...(await roundTrips(address, ROUND_TRIPS, request)));
    found.rate.push((await requestRate(address, CONNECTIONS, RATE_MS, request)).perSecond);
    found.fresh.push(...(await newConnections(address, NEW_CONNECTIONS, request)));
    found.freshRate.push(await newRate(address, request));
    if (name !== 'direct') found.memory.push(await memoryOfKept(address, request));
  }

  /** @param {{ host: string, port: number }} address @param {Buffer} request */
  async function newRate(address, request) {
    const start = performance.now();
    const all = Array.from({ length: CONNECTIONS }, () =>
      newConnections(address, NEW_CONNECTIONS / 4, request),
    );
    const count = (await Promise.all(all)).flat().length;
    return (count / (performance.now() - start)) * 1000;
  }

  /** Kilobytes that the agent needs more while so many callers keep a connection. */
  async function memoryOfKept(
    /** @type {{ host: string, port: number }} */ address,
    /** @type {Buffer} */ request,
  ) {
    const before = (await place.agentUsage()).anonymous;
    return whileKept(
      address,
      KEPT,
      request,
      SETTLE_MS,
      async () => (await place.agentUsage()).anonymous - before,
    );
  }
}

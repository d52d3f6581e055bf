// One run: the load from beginning to end, and events one after the other.
import { setMaxListeners } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pidOf } from './docker.mjs';
import { eventsOf, gatewayOf } from './events.mjs';
import { Ledger } from './ledger.mjs';
import { load } from './load.mjs';
import { choose, random } from './random.mjs';
import { growthOf, sampleOf } from './usage.mjs';

/** All must have been well for so long before an event is over. */
const CALM_MS = 1500;
/** Whoever waits so long for an answer that takes none is not well. */
const LATE_MS = 1000;
const LOOK_MS = 250;
/** After this nobody waits any longer for all to be well. */
const NEVER_MS = 60_000;
const QUIET_MS = { short: 1000, long: 4000 };
const WARM_UP_MS = 6000;

/**
 * @typedef {object} Orders
 * @property {number} ms how long; the fixed order is carried out to its end in any case
 * @property {number} seed of the random order
 * @property {boolean} short the cheap events alone, once each
 * @property {readonly string[]} only names of events, or parts of them; empty: all
 * @property {AbortSignal} signal ends it early
 *
 * @typedef {{ type: 'event', name: string } | { type: 'well', window: import('./ledger.mjs').Window }} News
 */

/**
 * @param {import('./events.mjs').World} world with a session that is up
 * @param {Orders} orders
 * @param {(news: News, ledger: Ledger) => void} tell
 */
export async function run(world, orders, tell) {
  const ledger = new Ledger();
  const windows = [];
  const samples = new Samples(world);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  delay.enable();
  const loads = load(() => world.place.addresses(), ledger, over.signal);
  let from = performance.now();
  let to = from;
  try {
    await untilWell(world, ledger, from);
    from = performance.now();
    await pause(WARM_UP_MS, undefined, { signal: orders.signal });
    if (orders.short) await samples.take();
    for (const { event, first } of sequence(world, orders, from)) {
      tell({ type: 'event', name: event.name }, ledger);
      const window = await happen(world, event, ledger, orders.signal);
      windows.push(window);
      tell({ type: 'well', window }, ledger);
      await pause(orders.short ? QUIET_MS.short : QUIET_MS.long, undefined, { signal: orders.signal });
      if (!first || orders.short) await samples.take();
    }
  } catch (error) {
    // Whoever ends it early gets what there is.
    if (!orders.signal.aborted) throw error;
  } finally {
    to = performance.now();
    over.abort();
    await loads;
  }
  return {
    requests: ledger.requests,
    windows,
    span: { from, to },
    growth: samples.growth,
    heldUpMs: delay.max / 1e6,
  };
}

/**
 * Each once, then by chance until the time is over.
 * @param {import('./events.mjs').World} world
 * @param {Orders} orders
 * @param {number} from
 */
function* sequence({ place }, { ms, seed, short, only }, from) {
  const all = eventsOf(place).filter(
    ({ name, short: cheap }) =>
      (!short || cheap) && (only.length === 0 || only.some((part) => name.includes(part))),
  );
  for (const event of all) yield { event, first: true };
  const chance = random(seed);
  for (let before = all.at(-1); !short && performance.now() - from < ms; ) {
    const event = choose(all, before, chance);
    if (event === undefined) return;
    yield { event, first: false };
    before = event;
  }
}

/**
 * @param {import('./events.mjs').World} world
 * @param {import('./events.mjs').Event} event
 * @param {Ledger} ledger
 * @param {AbortSignal} signal
 * @returns {Promise<import('./ledger.mjs').Window>}
 */
async function happen(world, event, ledger, signal) {
  const from = performance.now();
  await event.happen(world);
  signal.throwIfAborted();
  const over = performance.now();
  const since = await untilWell(world, ledger, over);
  const { name, kind } = event;
  const window = { name, kind, from, to: performance.now(), back: undefined, last: '' };
  if (since !== undefined) return { ...window, back: since.at - over, last: since.last };
  // What comes after shall be told by itself.
  await world.session.end();
  await world.session.up();
  await untilWell(world, ledger, performance.now());
  return { ...window, to: performance.now() };
}

/**
 * Until every bridge is called live and every steady load is answered by the local service, and has been for a while.
 * @param {import('./events.mjs').World} world
 * @param {Ledger} ledger
 * @param {number} from
 * @returns {Promise<{ at: number, last: string } | undefined>} since when, and what was last; undefined: it did not come
 *   true in time
 */
async function untilWell({ session }, ledger, from) {
  /** @type {number | undefined} */
  let live = from;
  while (performance.now() - from < NEVER_MS) {
    const asked = performance.now();
    live = (await session.isLive()) ? (live ?? asked) : undefined;
    if (session.pid === 0) throw new Error('the session has ended');
    const well = ledger.wellSince(from, LATE_MS);
    if (live !== undefined && well !== undefined) {
      const since = live > well.at ? { at: live, last: 'a bridge, as devenv ps has it' } : well;
      if (performance.now() - since.at > CALM_MS) return since;
    }
    await pause(LOOK_MS);
  }
  return undefined;
}

/** What the programs have in use, looked at in quiet moments. */
class Samples {
  /** @type {Record<string, import('./usage.mjs').Sample[]>} */
  #taken = { session: [], gateway: [], agent: [] };
  #world;

  /** @param {import('./events.mjs').World} world */
  constructor(world) {
    this.#world = world;
  }

  async take() {
    const { place, session } = this.#world;
    const pids = {
      session: session.pid,
      gateway: await pidOf(gatewayOf(place)),
      agent: await place.agentPid(),
    };
    for (const [program, pid] of Object.entries(pids)) this.#taken[program]?.push(sampleOf(pid));
  }

  /** @returns {readonly import('./usage.mjs').Growth[]} */
  get growth() {
    // A run that ends within its first round has none.
    return Object.entries(this.#taken)
      .filter(([, samples]) => samples.length > 0)
      .map(([program, samples]) => growthOf(program, samples));
  }
}

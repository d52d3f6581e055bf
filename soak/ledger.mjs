// What was asked and what came of it, and in which event's time.

/**
 * Aims differ: `planned` is somebody's wish, `violent` nobody's, and with `away` the workload itself is not there, so that
 * what its callers miss meanwhile is not devenv's doing.
 * @typedef {'planned' | 'violent' | 'away'} Kind
 */

/**
 * One request that is over. Times in milliseconds of one clock.
 * @typedef {object} Request
 * @property {string} load
 * @property {boolean} steady of a load that is answered at once, again and again: gaps and returns are told by these
 * @property {boolean} endless a stream: where it began it stays, so that its end tells of the moment it ends in alone
 * @property {boolean} fresh on a connection of its own, all the way to the app
 * @property {number} from
 * @property {number} to
 * @property {string | undefined} by who answered; undefined when nobody did
 * @property {string | undefined} error undefined when it was answered to its end
 */

/**
 * The time of an event: from its beginning until all is well and has stayed so.
 * @typedef {object} Window
 * @property {string} name
 * @property {Kind} kind
 * @property {number} from
 * @property {number} to
 * @property {number | undefined} back milliseconds from the end of its cause until all was well; undefined: it never was
 * @property {string} last what was well again last; empty: nothing was wrong after the cause had ended
 */

/** All requests of a run. */
export class Ledger {
  /** @type {Request[]} Those that are over, in the order in which they ended. */
  requests = [];
  /** @type {Set<Omit<Request, 'to' | 'by' | 'error'>>} */
  #open = new Set();
  /** @type {Set<string>} */
  #steadyLoads = new Set();

  /**
   * A request begins now.
   * @param {string} load
   * @param {{ steady?: boolean, endless?: boolean, fresh?: boolean }} [traits]
   * @returns {(outcome: { by?: string | undefined, error?: string | undefined }) => void} for its end
   */
  begin(load, { steady = false, endless = false, fresh = false } = {}) {
    const open = { load, steady, endless, fresh, from: performance.now() };
    this.#open.add(open);
    if (steady) this.#steadyLoads.add(load);
    return ({ by, error }) => {
      if (this.#open.delete(open)) this.requests.push({ ...open, to: performance.now(), by, error });
    };
  }

  /**
   * Since when every steady load is answered by the local service and by nobody else, judged by what was sent after a
   * moment: what was sent before may still hang, and end badly, without saying anything of later.
   * @param {number} after
   * @param {number} lateMs whoever waits longer for an answer is not well
   * @returns {{ at: number, last: string } | undefined} `after` when nothing was ever wrong, otherwise when and which load
   *   was the last one; undefined while something is wrong
   */
  wellSince(after, lateMs) {
    const now = performance.now();
    if ([...this.#open].some(({ steady, from }) => steady && from >= after && now - from > lateMs))
      return undefined;
    const sent = this.requests.filter(({ steady, from }) => steady && from >= after);
    const loads = byLoad(sent);
    if (loads.size < this.#steadyLoads.size) return undefined;
    let since = { at: after, last: '' };
    for (const [load, requests] of loads) {
      const bad = requests.filter((request) => !isWell(request)).map(({ from }) => from);
      const last = Math.max(...bad);
      const good = requests.filter((request) => isWell(request) && request.from > last).map(({ to }) => to);
      if (good.length === 0) return undefined;
      const first = Math.min(...good);
      if (bad.length > 0 && first > since.at) since = { at: first, last: load };
    }
    return since;
  }
}

/** @param {Request} request */
function isWell({ by, error }) {
  return by === 'local' && error === undefined;
}

/** @param {readonly Request[]} requests */
function byLoad(requests) {
  /** @type {Map<string, Request[]>} */
  const loads = new Map();
  for (const request of requests) {
    const list = loads.get(request.load) ?? [];
    list.push(request);
    loads.set(request.load, list);
  }
  return loads;
}

/**
 * The event whose time a request belongs to: that in which it ended, otherwise one that it has seen, for what was under
 * way in a bad moment may end badly later. A stream that is cut belongs to the moment it is cut in, and to no other.
 * @param {Request} request
 * @param {readonly Window[]} windows in the order of time
 * @returns {Window | undefined} undefined: between events
 */
export function windowOf({ from, to, endless, error }, windows) {
  const its = windows.find((window) => window.from <= to && to <= window.to);
  if (its !== undefined || (endless && error !== undefined)) return its;
  return windows.findLast((window) => window.from <= to && from <= window.to);
}

/**
 * The longest time without an answer of any steady load, within a span.
 * @param {readonly Request[]} requests
 * @param {number} from
 * @param {number} to
 * @returns {number} milliseconds
 */
export function longestGap(requests, from, to) {
  let longest = 0;
  for (const load of byLoad(requests.filter(({ steady }) => steady)).values()) {
    // A gap that begins before the span or ends after it counts with its part within.
    let last = from;
    for (const { to: at, by, error } of load.toSorted((one, other) => one.to - other.to)) {
      if (at < from || at > to || by === undefined || error !== undefined) continue;
      longest = Math.max(longest, at - last);
      last = at;
    }
    longest = Math.max(longest, to - last);
  }
  return longest;
}

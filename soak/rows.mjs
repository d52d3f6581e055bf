// What a run comes to: a row for each kind of event, and what was not as it should be. Pure.
import { longestGap, windowOf } from './ledger.mjs';

/**
 * What is wanted. Times in milliseconds.
 * @typedef {object} Aims
 * @property {number} strays so many requests between events may fail, and so many be answered by the original
 * @property {number} planned the longest gap in a planned event, and between events
 * @property {number} violent the longest gap in a violent one
 * @property {number} back until all is well, from the end of the cause
 */

/** @type {Aims} */
export const AIMS = { strays: 0, planned: 1000, violent: 6000, back: 10_000 };

/** For a machine that does other things besides. @type {Aims} */
export const LOOSE_AIMS = { strays: 10, planned: 6000, violent: 15_000, back: 30_000 };

/** Name of the row of what belongs to no event. */
export const BETWEEN = 'between events';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {import('./ledger.mjs').Kind | undefined} kind undefined: between events
 * @property {number} times
 * @property {number} requests
 * @property {number} local
 * @property {number} original
 * @property {number} fresh of these, answered on a connection of its own
 * @property {number} errors
 * @property {number} gap milliseconds
 * @property {number | undefined} back milliseconds, the worst; undefined: at least once all was not well in time
 * @property {Readonly<Record<string, number>>} reasons what the errors were, and how often
 */

/**
 * @param {readonly import('./ledger.mjs').Request[]} requests
 * @param {readonly import('./ledger.mjs').Window[]} windows in the order of time
 * @param {{ from: number, to: number }} span of the whole run
 * @returns {readonly Row[]} in the order in which events came first, then what was between them
 */
export function rowsOf(requests, windows, span) {
  /** @type {Map<string, import('./ledger.mjs').Request[]>} */
  const byName = new Map();
  for (const request of requests) {
    const name = windowOf(request, windows)?.name ?? BETWEEN;
    byName.set(name, [...(byName.get(name) ?? []), request]);
  }
  const kinds = new Map(windows.map(({ name, kind }) => [name, kind]));
  const rows = [...kinds].map(([name, kind]) => {
    const own = windows.filter((window) => window.name === name);
    const backs = own.map(({ back }) => back);
    return {
      ...rowOf(name, kind, own.length, byName.get(name) ?? []),
      gap: Math.max(0, ...own.map(({ from, to }) => longestGap(requests, from, to))),
      back: backs.includes(undefined) ? undefined : Math.max(0, ...backs.map((back) => back ?? 0)),
    };
  });
  const quiet = quietTimes(windows, span).map(({ from, to }) => longestGap(requests, from, to));
  const between = rowOf(BETWEEN, undefined, quiet.length, byName.get(BETWEEN) ?? []);
  return [...rows, { ...between, gap: Math.max(0, ...quiet), back: 0 }];
}

/**
 * @param {string} name
 * @param {Row['kind']} kind
 * @param {number} times
 * @param {readonly import('./ledger.mjs').Request[]} requests
 * @returns {Omit<Row, 'gap' | 'back'>}
 */
function rowOf(name, kind, times, requests) {
  const errors = requests.filter(({ error }) => error !== undefined);
  /** @type {Record<string, number>} */
  const reasons = {};
  for (const { load, error } of errors) {
    const reason = `${load}: ${error}`;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const answered = (/** @type {string} */ who) =>
    requests.filter(({ by, error }) => error === undefined && by === who).length;
  return {
    name,
    kind,
    times,
    requests: requests.length,
    local: answered('local'),
    original: answered('original'),
    fresh: requests.filter((request) => request.fresh && request.by === 'original').length,
    errors: errors.length,
    reasons,
  };
}

/**
 * @param {readonly import('./ledger.mjs').Window[]} windows
 * @param {{ from: number, to: number }} span
 */
function quietTimes(windows, span) {
  const begins = [span.from, ...windows.map(({ to }) => to)];
  const ends = [...windows.map(({ from }) => from), span.to];
  return begins
    .map((from, index) => ({ from, to: ends[index] ?? span.to }))
    .filter(({ from, to }) => from < to);
}

/**
 * What was not as it should be, a sentence each.
 * @param {readonly Row[]} rows
 * @param {Aims} aims
 * @returns {readonly string[]}
 */
export function missesOf(rows, aims) {
  return rows.flatMap(({ name, kind, fresh, errors, gap, back, reasons }) => {
    const misses = [];
    if (kind === undefined) {
      if (errors > aims.strays) misses.push(`${errors} errors (${Object.keys(reasons).join('; ')})`);
      if (fresh > aims.strays) misses.push(`the original answered ${fresh} new connections`);
    }
    const most = kind === 'away' ? undefined : kind === 'violent' ? aims.violent : aims.planned;
    if (most !== undefined && gap > most)
      misses.push(`no answer for ${seconds(gap)}, at most ${seconds(most)} wanted`);
    if (back === undefined) misses.push('not all was well again in time');
    else if (back > aims.back)
      misses.push(`all was well again after ${seconds(back)}, at most ${seconds(aims.back)} wanted`);
    return misses.map((miss) => `${name}: ${miss}`);
  });
}

/**
 * Single requests that should have gone otherwise, for whoever looks for the cause: between events, and errors of planned
 * ones; each with the name of its row.
 * @param {readonly import('./ledger.mjs').Request[]} requests
 * @param {readonly import('./ledger.mjs').Window[]} windows in the order of time
 * @returns {readonly (import('./ledger.mjs').Request & { readonly row: string })[]}
 */
export function strays(requests, windows) {
  return requests.flatMap((request) => {
    const window = windowOf(request, windows);
    const isStray =
      window === undefined
        ? request.error !== undefined || request.by === 'original'
        : window.kind === 'planned' && request.error !== undefined;
    return isStray ? [{ ...request, row: window?.name ?? BETWEEN }] : [];
  });
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

// The load: what people and programs do with a service, all at once, each request counted.
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { download, eventStream, webSocket } from './streams.mjs';

const EVERY_MS = 50;
/** Connections that a caller keeps when it has nothing to ask. */
const KEPT = 4;
/** What takes its time by itself, or waits for others, is waited for so long. */
const PATIENT_MS = 30_000;
const SLOW = { everyMs: 2500, takesMs: 5000 };
const AGAIN_MS = 500;
const DATABASE_EVERY_MS = 500;

/**
 * Where the pod is called, without a slash at the end: through its sidecar, the app past it, and the app's second port.
 * @typedef {{ sidecar: string, app: string, admin: string }} Addresses
 */

/**
 * Asks until the signal says so, and resolves when everything under way is over.
 * @param {() => Addresses} addresses may change
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {AbortSignal} signal
 */
export async function load(addresses, ledger, signal) {
  const steady = (/** @type {string} */ name, /** @type {() => string} */ url, /** @type {boolean} */ kept) =>
    again(EVERY_MS, signal, { name, traits: { steady: true }, agent: pool(kept), url }, ledger);
  const slow = (/** @type {string} */ name, /** @type {() => string} */ app) => {
    const url = () => `${app()}/slow?ms=${SLOW.takesMs}`;
    return again(SLOW.everyMs, signal, { name, agent: pool(true), url, limitMs: PATIENT_MS }, ledger);
  };
  const fresh = { name: 'app, new connections', traits: { steady: true, fresh: true }, agent: undefined };
  await Promise.all([
    steady('sidecar, kept connections', () => `${addresses().sidecar}/`, true),
    steady('sidecar, new connections', () => `${addresses().sidecar}/`, false),
    again(EVERY_MS, signal, { ...fresh, url: () => `${addresses().app}/` }, ledger),
    steady('app, kept connections', () => `${addresses().app}/`, true),
    steady('admin, kept connections', () => `${addresses().admin}/`, true),
    slow('sidecar, 5 s', () => addresses().sidecar),
    slow('app, 5 s', () => addresses().app),
    databaseLoad(() => `${addresses().app}/database`, ledger, signal),
    inTurn(signal, () => download(addresses().sidecar, ledger)),
    inTurn(signal, () => eventStream(addresses().sidecar, ledger, signal)),
    inTurn(signal, () => webSocket(addresses().app, ledger, signal)),
  ]);
}

/** @param {boolean} kept */
function pool(kept) {
  return kept ? new Agent({ keepAlive: true, maxFreeSockets: KEPT }) : undefined;
}

/**
 * @typedef {object} What
 * @property {string} name
 * @property {{ steady: boolean, fresh?: boolean }} [traits]
 * @property {Agent | undefined} agent
 * @property {() => string} url
 * @property {number} [limitMs]
 */

/**
 * @param {number} everyMs
 * @param {AbortSignal} signal
 * @param {What} what
 * @param {import('./ledger.mjs').Ledger} ledger
 */
function again(everyMs, signal, { name, traits = { steady: false }, agent, url, limitMs }, ledger) {
  return atIntervals(everyMs, signal, async () => {
    const end = ledger.begin(name, traits);
    end(await ask(url(), agent, limitMs));
  });
}

/**
 * The app has one connection to the database for as long as it lives: that another one is there means that it was lost.
 * @param {() => string} url
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {AbortSignal} signal
 */
function databaseLoad(url, ledger, signal) {
  let connection = '';
  return atIntervals(DATABASE_EVERY_MS, signal, async () => {
    const end = ledger.begin('database');
    const outcome = await ask(url(), undefined, PATIENT_MS);
    const found = /"connection":"([^"]+)"/.exec(outcome.body ?? '')?.[1];
    if (outcome.by !== 'local' || found === undefined) return end(outcome);
    const lost = connection !== '' && connection !== found;
    connection = found;
    end({ ...outcome, error: lost ? 'the connection to the database is another one' : undefined });
  });
}

/**
 * @param {number} everyMs
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} once is not waited for by the next
 */
async function atIntervals(everyMs, signal, once) {
  /** @type {Set<Promise<void>>} */
  const underWay = new Set();
  const timer = setInterval(() => {
    const done = once().then(() => void underWay.delete(done));
    underWay.add(done);
  }, everyMs);
  await aborted(signal);
  clearInterval(timer);
  await Promise.all(underWay);
}

/**
 * @param {AbortSignal} signal
 * @param {() => Promise<boolean>} once resolves to whether it went well
 */
async function inTurn(signal, once) {
  while (!signal.aborted) if (!(await once())) await pause(AGAIN_MS);
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
  });
}

// What happens to the session and to all that it needs. Each resolves when its cause is over.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { docker, pidOf } from './docker.mjs';

/**
 * @typedef {object} World
 * @property {import('./place.mjs').Place} place
 * @property {import('./session.mjs').Session} session
 *
 * @typedef {object} Event
 * @property {string} name
 * @property {import('./ledger.mjs').Kind} kind
 * @property {boolean} [short] one of the short form
 * @property {(world: World) => Promise<unknown>} happen
 */

const SICK_MS = 4000;
const MOMENT_MS = 5000;

/**
 * In the fixed order: from what somebody wishes to what nobody does.
 * @param {import('./place.mjs').Place} place
 * @returns {readonly Event[]}
 */
export function eventsOf({ api }) {
  return [
    {
      name: 'file saved, nothing changed',
      kind: 'planned',
      short: true,
      happen: async ({ session }) => session.save(),
    },
    {
      name: 'file saved, a service changed',
      kind: 'planned',
      short: true,
      happen: ({ session }) => session.change(),
    },
    {
      name: 'service restarted',
      kind: 'planned',
      short: true,
      happen: ({ session }) => session.restart('app'),
    },
    { name: 'service unhealthy', kind: 'planned', happen: unhealthy },
    { name: 'target’s container restarted', kind: 'violent', happen: ({ place }) => place.restartTarget() },
    {
      name: 'service killed',
      kind: 'violent',
      short: true,
      happen: ({ place }) => docker('kill', containerOf(place)),
    },
    {
      name: 'gateway’s program killed',
      kind: 'violent',
      short: true,
      happen: async ({ place }) => process.kill(await pidOf(gatewayOf(place)), 'SIGKILL'),
    },
    {
      name: 'gateway’s container killed',
      kind: 'violent',
      short: true,
      happen: ({ place }) => docker('kill', gatewayOf(place)),
    },
    {
      name: 'gateway’s container paused',
      kind: 'violent',
      happen: async ({ place }) => {
        await docker('pause', gatewayOf(place));
        await pause(MOMENT_MS);
        await docker('unpause', gatewayOf(place));
      },
    },
    {
      name: 'gateway’s program stopped and continued',
      kind: 'violent',
      happen: async ({ place }) => stopped(MOMENT_MS, await pidOf(gatewayOf(place))),
    },
    {
      name: 'agent killed',
      kind: 'violent',
      short: true,
      happen: async ({ place }) => process.kill(await place.agentPid(), 'SIGKILL'),
    },
    ...[7, 60].map((/** @type {number} */ seconds) => ({
      name: `agent stopped for ${seconds} s and continued`,
      kind: /** @type {const} */ ('violent'),
      happen: async (/** @type {World} */ { place }) => stopped(seconds * 1000, await place.agentPid()),
    })),
    ...[5, 60].map((/** @type {number} */ seconds) => ({
      name: `session stopped for ${seconds} s and continued`,
      kind: /** @type {const} */ ('violent'),
      happen: (/** @type {World} */ { session }) => stopped(seconds * 1000, session.pid),
    })),
    {
      name: 'engine’s connections cut',
      kind: 'violent',
      short: true,
      happen: async ({ place }) => place.engine.cut(),
    },
    {
      name: 'engine’s program stopped for 90 s',
      kind: 'violent',
      happen: async () => stopped(90_000, enginePid()),
    },
    { name: 'engine silent for 20 s', kind: 'violent', happen: ({ place }) => silent(place.engine, 20) },
    { name: 'engine away for 10 s', kind: 'violent', happen: ({ place }) => away(place.engine, 10) },
    ...(api === undefined ? [] : eventsOfNetwork(api)),
    { name: 'pod replaced', kind: 'away', happen: ({ place }) => place.replacePod() },
    ...[10, 120].map((/** @type {number} */ seconds) => ({
      name: `everything stopped for ${seconds} s`,
      // On Docker the workload is on the machine that sleeps.
      kind: api === undefined ? /** @type {const} */ ('away') : /** @type {const} */ ('violent'),
      happen: (/** @type {World} */ world) => everything(world, seconds),
    })),
  ];
}

/**
 * @param {import('./bad-network.mjs').BadNetwork} api
 * @returns {Event[]}
 */
function eventsOfNetwork(api) {
  return [
    { name: 'network cut for 7 s, nobody told', kind: 'violent', happen: () => silent(api, 7) },
    { name: 'network cut for 60 s, nobody told', kind: 'violent', happen: () => silent(api, 60) },
    { name: 'API server away for 10 s', kind: 'violent', happen: () => away(api, 10) },
  ];
}

/** @param {World} world */
async function unhealthy({ place }) {
  await docker('exec', containerOf(place), 'touch', '/tmp/sick');
  await pause(SICK_MS);
  await docker('exec', containerOf(place), 'rm', '/tmp/sick');
}

/** As a machine that sleeps has it. @param {World} world @param {number} seconds */
async function everything({ place, session }, seconds) {
  const { engine, api } = place;
  const pids = [await pidOf(gatewayOf(place)), session.pid, enginePid()];
  if (api === undefined) pids.push(await place.agentPid());
  engine.stall();
  api?.stall();
  try {
    await stopped(seconds * 1000, ...pids);
  } finally {
    engine.resume();
    api?.resume();
  }
}

/**
 * @param {number} ms
 * @param {number[]} pids
 */
async function stopped(ms, ...pids) {
  // 0 would be this process and all that it started.
  if (pids.includes(0)) throw new Error('the session has ended');
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await pause(ms);
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/**
 * @param {import('./bad-network.mjs').BadNetwork} proxy
 * @param {number} seconds
 */
async function silent(proxy, seconds) {
  proxy.stall();
  await pause(seconds * 1000);
  proxy.resume();
}

/**
 * @param {import('./bad-network.mjs').BadNetwork} proxy
 * @param {number} seconds
 */
async function away(proxy, seconds) {
  await proxy.refuse();
  await pause(seconds * 1000);
  await proxy.listen();
}

/** The engine's program. Errors: of the system, where its file is elsewhere. */
function enginePid() {
  return Number(readFileSync('/var/run/docker.pid', 'utf8'));
}

/** @param {import('./place.mjs').Place} place */
function containerOf({ project }) {
  return `gefyra-${project}.app`;
}

/** The container that owns the network namespace of the service. @param {import('./place.mjs').Place} place */
export function gatewayOf(place) {
  return `${containerOf(place)}.gateway`;
}

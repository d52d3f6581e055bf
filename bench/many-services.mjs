// Many services at once, each bridging two ports of a container of its own, beside as many containers without devenv.
import { setTimeout as pause } from 'node:timers/promises';
import Docker from 'dockerode';
import { ORIGINAL, original, remove } from './docker-place.mjs';
import { download, requestRate, upload } from './load.mjs';
import { BRIDGED, DIRECT, IMAGE, SERVER } from './place.mjs';
import { summaries, summary } from './report.mjs';
import { endAll, originalsAnswer, PROJECT, Session, untilAll } from './session.mjs';
import { usageOfAgents, usageOfRole, usageOfSession } from './usage.mjs';

const PORTS = [BRIDGED, DIRECT];
const CONNECTIONS = 32;
/** Of each port, one after the other. */
const RATE_MS = 500;
const BODY_BYTES = 64 * 1024 * 1024;
/** Until everything that goes on at a start or an end is over. */
const SETTLE_MS = 5000;

const docker = new Docker();

/**
 * @param {string} devenv path of the built command line
 * @param {number} services
 * @param {number} runs
 * @param {import('./quiet.mjs').Beginnings} beginnings
 * @returns {Promise<import('./report.mjs').ServicesResults>}
 */
export async function manyServices(devenv, services, runs, beginnings) {
  const numbers = Array.from({ length: services }, (_, index) => index + 1);
  const pods = numbers.map((number) => `bench-pod-${number}`);
  const plain = numbers.map((number) => `bench-plain-${number}`);
  /** @type {Record<'plain' | 'up' | 'end', number[]>} */
  const times = { plain: [], up: [], end: [] };
  let failed = 0;
  /** @type {MemoryOfRun[]} */
  const atRest = [];
  /** @type {MemoryOfRun[]} */
  const afterLoad = [];
  try {
    const targets = pods.map(original);
    const bridged = numbers.map((number, index) => ({
      service: `app-${number}`,
      target: `container/${pods[index]}`,
      ports: PORTS,
      host: targets[index]?.host ?? '',
    }));
    const setting = { devenv, flags: [], environment: {}, bridged };
    await originalsAnswer(setting);
    for (let run = 0; run < runs; run += 1) {
      remove(plain);
      await pause(SETTLE_MS);
      await beginnings.begin(`${services} services, run ${run + 1} of ${runs}: plain containers`);
      times.plain.push(await startPlain(plain));
      remove(plain);
      await pause(SETTLE_MS);
      await beginnings.begin(`${services} services, run ${run + 1} of ${runs}: devenv`);
      const session = new Session(setting);
      const up = await session.up();
      times.up.push(up.ms);
      await pause(SETTLE_MS);
      const ids = targets.map(({ id }) => id);
      atRest.push(await memory(session, ids));
      for (const { host, ports } of bridged) for (const port of ports) await load({ host, port });
      afterLoad.push(await memory(session, ids));
      const end = await session.end();
      times.end.push(end.ms);
      failed += up.failed + end.failed;
      session.close();
    }
  } finally {
    await endAll();
    remove([...pods, ...plain]);
  }
  return {
    services,
    ports: services * PORTS.length,
    runs,
    times: summaries(times),
    ratio: summary(times.up.map((ms, run) => ms / (times.plain[run] ?? 0))),
    failed,
    containers: atRest[0]?.containers ?? {},
    descriptors: atRest[0]?.descriptors ?? {},
    atRest: overRuns(atRest),
    afterLoad: overRuns(afterLoad),
  };
}

/**
 * Creates and starts them all at once.
 * @param {readonly string[]} names
 * @returns {Promise<number>} milliseconds until all of them serve
 */
async function startPlain(names) {
  const start = performance.now();
  const hosts = await Promise.all(
    names.map(async (name) => {
      const container = await docker.createContainer({
        name,
        Image: IMAGE,
        Cmd: ORIGINAL,
        HostConfig: { Binds: [`${SERVER}:/server.mjs:ro`] },
      });
      await container.start();
      return (await container.inspect()).NetworkSettings.Networks['bridge']?.IPAddress ?? '';
    }),
  );
  const all = hosts.flatMap((host) => PORTS.map((port) => ({ host, port })));
  return (await untilAll(all, 'original', start)).ms;
}

/** @param {{ host: string, port: number }} address */
async function load(address) {
  await requestRate(address, CONNECTIONS, RATE_MS);
  await download(address, BODY_BYTES);
  await upload(address, BODY_BYTES);
}

/**
 * Anonymous memory in kilobytes of each part and for each service, how many containers a part is, and how many files and
 * sockets it has open.
 * @typedef {object} MemoryOfRun
 * @property {Record<string, number>} anonymous
 * @property {Record<string, number>} containers
 * @property {Record<string, number>} descriptors
 */

/**
 * @param {Session} session
 * @param {readonly string[]} targets ids, one for each service
 * @returns {Promise<MemoryOfRun>}
 */
async function memory(session, targets) {
  const inContainers = {
    agents: await usageOfAgents(targets),
    gateways: await usageOfRole(PROJECT, 'gateway'),
    holders: await usageOfRole(PROJECT, 'holder'),
  };
  // Without those that this build does not have.
  const present = Object.entries(inContainers).filter(([, { containers }]) => containers > 0);
  const parts = { ...usageOfSession(session.pid), ...map(Object.fromEntries(present), ({ usage }) => usage) };
  const anonymous = map(parts, (usage) => usage.anonymous);
  const sum = (/** @type {readonly string[]} */ names) =>
    names.reduce((total, name) => total + (anonymous[name] ?? 0), 0) / targets.length;
  return {
    anonymous: {
      ...anonymous,
      'each service: session, guardian, gateways': sum(['session', 'guardian', 'gateways', 'holders']),
      'each service: agents': sum(['agents']),
    },
    containers: map(Object.fromEntries(present), ({ containers }) => containers),
    descriptors: map(parts, ({ descriptors }) => descriptors),
  };
}

/**
 * @param {readonly MemoryOfRun[]} found
 * @returns {Record<string, import('./report.mjs').Summary>}
 */
function overRuns(found) {
  return map(found[0]?.anonymous ?? {}, (_, part) =>
    summary(found.map(({ anonymous }) => anonymous[part] ?? 0)),
  );
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

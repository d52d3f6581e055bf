// What an agent takes of the memory of the workload it is a guest of: at rest, with many callers that ask and are answered
// much, and with as many that do not take what they asked for. And how large its image is. On Docker, where the way is
// shortest and so most is under way at once.
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { askAndLeave, download, upload } from './load.mjs';
import { BRIDGED } from './place.mjs';
import { originalsAnswer, Session } from './session.mjs';
import { most } from './usage.mjs';

const CONNECTIONS = 150;
const BODY_BYTES = 64 * 1024 * 1024;
/** Until everything that goes on at the start is over, and how long is looked then. */
const SETTLE_MS = 5000;
const REST_MS = 10_000;
/** A line of a house, bits per second. */
const LINE = 50e6;

/**
 * @typedef {object} Footprint
 * @property {string} machine
 * @property {number} connections
 * @property {number} bodyBytes
 * @property {{ rest: number, kept: number, bodies: number, unread: number }} memory most anonymous memory, kilobytes
 * @property {number} processor share of one at rest
 * @property {{ bytes: number, compressed: number, pullSeconds: number }} image
 */

/**
 * @param {import('./place.mjs').Place} place
 * @param {string} image reference of the agent's
 * @param {string} machine
 * @param {number} [bodyBytes] of each body
 * @returns {Promise<Footprint>}
 */
export async function footprint(place, image, machine, bodyBytes = BODY_BYTES) {
  await originalsAnswer(place);
  const session = new Session(place);
  await session.up();
  const address = { host: place.host, port: BRIDGED };
  const look = () => place.agentUsage();
  await pause(SETTLE_MS);
  const before = (await look()).processor;
  await pause(REST_MS);
  const { anonymous: rest, processor } = await look();
  const each = (/** @type {() => Promise<unknown>} */ work) =>
    Promise.all(Array.from({ length: CONNECTIONS }, work));
  const bodies = await most(look, async () => {
    await each(async () => {
      await upload(address, bodyBytes);
      await download(address, bodyBytes);
    });
  });
  const unread = await most(look, async () => {
    const leave = await each(() => askAndLeave(address, bodyBytes));
    await pause(SETTLE_MS);
    for (const end of leave) /** @type {() => void} */ (end)();
  });
  await pause(SETTLE_MS);
  const kept = (await look()).anonymous;
  await session.end();
  session.close();
  return {
    machine,
    connections: CONNECTIONS,
    bodyBytes,
    memory: { rest, kept, bodies, unread },
    processor: (processor - before) / REST_MS,
    image: sizeOf(image),
  };
}

/** @param {string} image */
function sizeOf(image) {
  const say = (/** @type {string} */ program, /** @type {string[]} */ ...words) =>
    execFileSync(program, words, { encoding: 'utf8' }).trim();
  const bytes = Number(say('docker', 'inspect', '--format', '{{.Size}}', image));
  const compressed = Number(say('sh', '-c', 'docker save "$1" | gzip -c | wc -c', 'sh', image));
  return { bytes, compressed, pullSeconds: (compressed * 8) / LINE };
}

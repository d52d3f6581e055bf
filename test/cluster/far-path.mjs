// A way to a server that is far away: a pipe on this machine that passes bytes on unchanged, later.
// What it is: each direction takes so long, bytes stay in order, nothing limits how many may be on the way, and opening a
// connection costs a round trip, as TCP's handshake does. What it is not: the kernels of the machines that build this have no
// netem, so a lost packet is a piece that comes one retransmission later and holds up what follows it, as TCP would; no
// congestion control slows down after it.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** What may wait for a receiver that does not take it, before the sender is held back, bytes. */
const UNSENT_BYTES = 1024 * 1024;

/** How long TCP waits until it sends again what was lost, milliseconds. */
const RETRANSMISSION_MS = 200;

/**
 * @typedef {object} FarPath
 * @property {number} port on 127.0.0.1
 * @property {() => Counts} counts so far
 * @property {() => Promise<void>} close ends it, with all that it carries
 */

/**
 * @typedef {object} Counts
 * @property {number} connections that were opened
 * @property {number} turns how often a caller said something after the server had answered, on all connections: as many round trips, if all waited for each other
 * @property {number} lost pieces that came late
 */

/**
 * Opens such a way to a server.
 * @param {{ host: string, port: number }} to
 * @param {object} how
 * @param {number} how.delayMs what each direction takes, milliseconds
 * @param {number} [how.loss] share of the pieces that are lost once, 0 to 1; default none
 * @param {() => number} [how.random] gives numbers from 0 to 1; default: the same sequence each time
 * @returns {Promise<FarPath>}
 */
export async function openFarPath(to, { delayMs, loss = 0, random = sequence() }) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const counts = { connections: 0, turns: 0, lost: 0 };
  const isLost = () => {
    if (loss === 0 || random() >= loss) return false;
    counts.lost += 1;
    return true;
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
    counts.connections += 1;
    // Until then the handshake has gone there and back.
    const openedAt = performance.now() + 2 * delayMs;
    const callee = connect({ ...to, allowHalfOpen: true, noDelay: true });
    let answered = true;
    caller.on('data', () => {
      if (answered) counts.turns += 1;
      answered = false;
    });
    callee.on('data', () => {
      answered = true;
    });
    for (const socket of [caller, callee]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    carry(caller, callee, { delayMs, from: openedAt, isLost });
    carry(callee, caller, { delayMs, from: 0, isLost });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    counts: () => ({ ...counts }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * The kubeconfig of a cluster for whoever is behind such a way: its server is checked as before, by the name that every API
 * server has.
 * @template {{ clusters: { cluster: Record<string, string> }[] }} Config
 * @param {Config} kubeconfig with one cluster
 * @param {{ port: number }} path
 * @returns {Config}
 */
export function behind(kubeconfig, { port }) {
  const config = structuredClone(kubeconfig);
  for (const { cluster } of config.clusters) {
    cluster['tls-server-name'] ??= 'kubernetes';
    cluster['server'] = `https://127.0.0.1:${port}`;
  }
  return config;
}

/**
 * The address behind a kubeconfig with one cluster.
 * @param {{ clusters: { cluster: Record<string, string> }[] }} kubeconfig
 */
export function serverOf({ clusters: [only] }) {
  const { hostname, port } = new URL(only?.cluster['server'] ?? '');
  return { host: hostname, port: Number(port) };
}

/**
 * One direction.
 * @param {import('node:net').Socket} source
 * @param {import('node:net').Socket} sink
 * @param {{ delayMs: number, from: number, isLost: () => boolean }} how `from`: nothing is sent before that time
 */
function carry(source, sink, { delayMs, from, isLost }) {
  /** @type {{ at: number, deliver: () => void }[]} */
  const onTheWay = [];
  let last = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const send = (/** @type {() => void} */ deliver, /** @type {boolean} */ late) => {
    const extra = late ? RETRANSMISSION_MS : 0;
    last = Math.max(last, Math.max(performance.now(), from) + delayMs + extra);
    onTheWay.push({ at: last, deliver });
    if (onTheWay.length === 1) wait();
  };
  const wait = () => {
    const [next] = onTheWay;
    if (next !== undefined) timer = setTimeout(arrive, next.at - performance.now());
  };
  const arrive = () => {
    const now = performance.now();
    while (onTheWay[0] !== undefined && onTheWay[0].at <= now) onTheWay.shift()?.deliver();
    wait();
  };
  source.on('data', (chunk) =>
    send(() => {
      if (!sink.destroyed && !sink.write(chunk) && sink.writableLength > UNSENT_BYTES) source.pause();
    }, isLost()),
  );
  sink.on('drain', () => source.resume());
  source.once('end', () => send(() => sink.end(), false));
  source.once('close', () => {
    // A regular end is on its way already.
    if (!source.readableEnded) send(() => sink.resetAndDestroy(), false);
  });
  sink.once('close', () => clearTimeout(timer));
}

/** Numbers from 0 to 1 that look like chance and are the same each time. */
function sequence() {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

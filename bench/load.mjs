// The load: requests on kept connections, and bodies in both directions.
import { connect } from 'node:net';

/**
 * Where to ask, or how to get a stream that leads there.
 * @typedef {{ host: string, port: number } | { open: () => Promise<import('node:stream').Duplex> }} Address
 */

/** What a bridge with a filter takes, where one is measured. */
export const REQUEST = Buffer.from('GET / HTTP/1.1\r\nhost: bench\r\nx-bench: mine\r\n\r\n');

/** What it leaves to the original. */
export const OTHERS = Buffer.from('GET / HTTP/1.1\r\nhost: bench\r\nx-bench: others\r\n\r\n');

/**
 * Round trips one after the other on one connection.
 * @param {Address} address
 * @param {number} requests
 * @param {Buffer} [request]
 * @returns {Promise<number[]>} milliseconds each
 */
export async function roundTrips(address, requests, request = REQUEST) {
  const connection = await Connection.open(address);
  const times = [];
  for (let count = 0; count < requests; count += 1) {
    const start = performance.now();
    await connection.exchange(request);
    times.push(performance.now() - start);
  }
  connection.close();
  return times;
}

/**
 * Requests one after the other, each on a connection of its own.
 * @param {Address} address
 * @param {number} requests
 * @param {Buffer} request
 * @returns {Promise<number[]>} milliseconds each, with the opening
 */
export async function newConnections(address, requests, request) {
  const times = [];
  for (let count = 0; count < requests; count += 1) {
    const start = performance.now();
    const connection = await Connection.open(address);
    await connection.exchange(request);
    times.push(performance.now() - start);
    connection.close();
  }
  return times;
}

/**
 * Keeps connections on each of which one request was answered, and looks at something a while after.
 * @template T
 * @param {Address} address
 * @param {number} count
 * @param {Buffer} request
 * @param {number} settleMs
 * @param {() => Promise<T>} look
 * @returns {Promise<T>}
 */
export async function whileKept(address, count, request, settleMs, look) {
  const kept = [];
  for (let opened = 0; opened < count; opened += 1) {
    const connection = await Connection.open(address);
    await connection.exchange(request);
    kept.push(connection);
  }
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const seen = await look();
  for (const connection of kept) connection.close();
  return seen;
}

/**
 * Requests on many connections, the next as soon as the last is answered.
 * @param {Address} address
 * @param {number} connections
 * @param {number} ms
 * @param {Buffer} [request]
 * @returns {Promise<{ perSecond: number, times: number[] }>} times in milliseconds
 */
export async function requestRate(address, connections, ms, request = REQUEST) {
  const all = await Promise.all(Array.from({ length: connections }, () => Connection.open(address)));
  /** @type {number[]} */
  const times = [];
  const start = performance.now();
  const end = start + ms;
  await Promise.all(
    all.map(async (connection) => {
      for (let begun = performance.now(); begun < end; ) {
        await connection.exchange(request);
        const now = performance.now();
        times.push(now - begun);
        begun = now;
      }
      connection.close();
    }),
  );
  return { perSecond: (times.length / (performance.now() - start)) * 1000, times };
}

/**
 * Body of one answer.
 * @param {Address} address
 * @param {number} bytes
 * @returns {Promise<number>} Gbit/s
 */
export async function download(address, bytes) {
  const connection = await Connection.open(address);
  const start = performance.now();
  await connection.exchange(Buffer.from(`GET /bytes/${bytes} HTTP/1.1\r\nhost: bench\r\n\r\n`));
  const ms = performance.now() - start;
  connection.close();
  return (bytes * 8) / ms / 1e6;
}

/**
 * Body of one request.
 * @param {Address} address
 * @param {number} bytes
 * @returns {Promise<number>} Gbit/s
 */
export async function upload(address, bytes) {
  const connection = await Connection.open(address);
  const start = performance.now();
  await connection.exchange(
    Buffer.from(`POST / HTTP/1.1\r\nhost: bench\r\ncontent-length: ${bytes}\r\n\r\n`),
    bytes,
  );
  const ms = performance.now() - start;
  connection.close();
  return (bytes * 8) / ms / 1e6;
}

/**
 * Asks for a body and takes nothing of it.
 * @param {Address} address
 * @param {number} bytes
 * @returns {Promise<() => void>} what ends that
 */
export async function askAndLeave(address, bytes) {
  const connection = await Connection.open(address);
  connection.exchange(Buffer.from(`GET /bytes/${bytes} HTTP/1.1\r\nhost: bench\r\n\r\n`)).catch(() => {});
  connection.pause();
  return () => connection.close();
}

/**
 * Who answers at this moment, on a new connection.
 * @param {Address} address
 * @param {number} [ms] how long to wait
 * @returns {Promise<string>} its name, or empty when nobody does
 */
export async function whoAnswers(address, ms = 1000) {
  try {
    const connection = await Connection.open(address, ms);
    const head = await connection.exchange(REQUEST);
    connection.close();
    return /x-answered-by: (\w+)/.exec(head)?.[1] ?? '';
  } catch {
    return '';
  }
}

const BLOCK = Buffer.alloc(256 * 1024);

/** One connection on which requests follow each other. */
class Connection {
  #socket;
  #head = '';
  #bodyLeft = -1;
  /** @type {((head: string) => void) | undefined} */
  #answered;
  /** @type {((error: Error) => void) | undefined} */
  #failed;

  /** @param {import('node:stream').Duplex} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
  }

  /**
   * @param {Address} address
   * @param {number} [timeout] milliseconds of silence
   * @returns {Promise<Connection>}
   */
  static async open(address, timeout = 30_000) {
    if ('open' in address) return new Connection(await address.open());
    const { host, port } = address;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, timeout });
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error('no connection')));
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /**
   * @param {Buffer} request
   * @param {number} [body] bytes that follow it
   * @returns {Promise<string>} head of the answer, once its body has come
   */
  exchange(request, body = 0) {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
      if (body > 0) this.#send(body);
    });
  }

  /** Takes nothing of what comes. */
  pause() {
    this.#socket.pause();
    this.#socket.setTimeout?.(0);
  }

  close() {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  /** @param {number} left */
  #send(left) {
    while (left > 0) {
      const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= block.length;
      if (!this.#socket.write(block)) {
        const rest = left;
        this.#socket.once('drain', () => this.#send(rest));
        return;
      }
    }
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    if (this.#bodyLeft < 0) {
      this.#head += chunk.latin1Slice();
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#bodyLeft = length - (this.#head.length - end - 4);
      this.#head = this.#head.slice(0, end);
    } else this.#bodyLeft -= chunk.length;
    if (this.#bodyLeft > 0) return;
    const head = this.#head;
    this.#head = '';
    this.#bodyLeft = -1;
    this.#answered?.(head);
  }
}

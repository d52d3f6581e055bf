// A proxy between devenv and what it talks to (the engine, the API server), which can be as bad as a network.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Where to listen and where that leads: a Unix socket's path, or host and port (0 = a free one).
 * @typedef {string | { host: string, port: number }} End
 */

/** Passes bytes on, unless told otherwise. */
export class BadNetwork {
  /** @type {Set<{ near: import('node:net').Socket, far: import('node:net').Socket }>} */
  #pairs = new Set();
  /** @type {import('node:net').Server | undefined} */
  #server;
  #stalled = false;
  #at;
  #to;

  /**
   * @param {End} at
   * @param {End} to
   */
  constructor(at, to) {
    this.#at = at;
    this.#to = to;
  }

  /** The port it listens on; 0 for a Unix socket. */
  get port() {
    return typeof this.#at === 'string' ? 0 : this.#at.port;
  }

  async listen() {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#carry(near));
    this.#server = server.listen(optionsOf(this.#at));
    await once(server, 'listening');
    const address = server.address();
    // What comes back, comes back at the same place.
    if (typeof this.#at !== 'string' && address !== null && typeof address !== 'string')
      this.#at = { ...this.#at, port: address.port };
  }

  /** Nothing gets through and nobody is told, as when a cable is pulled. New connections are taken, and silent. */
  stall() {
    this.#stalled = true;
    for (const { near, far } of this.#pairs) {
      for (const socket of [near, far]) socket.unpipe().pause();
    }
  }

  /** What was held up goes on, as after a network's retransmissions. */
  resume() {
    this.#stalled = false;
    for (const { near, far } of this.#pairs) near.pipe(far).pipe(near);
  }

  /** Ends every connection and listens no more, as what it leads to would when it ends. */
  async refuse() {
    const server = this.#server;
    this.#server = undefined;
    const closed = server === undefined ? undefined : once(server, 'close');
    server?.close();
    this.cut();
    await closed;
  }

  /** Ends every connection; new ones are welcome. */
  cut() {
    for (const { near, far } of [...this.#pairs]) {
      near.destroy();
      far.destroy();
    }
  }

  /** @param {import('node:net').Socket} near */
  #carry(near) {
    const far = connect({ ...optionsOf(this.#to), allowHalfOpen: true, noDelay: true });
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      socket?.on('error', () => other?.destroy());
      socket?.on('close', () => {
        this.#pairs.delete(pair);
        other?.destroy();
      });
    }
    if (this.#stalled) for (const socket of [near, far]) socket.pause();
    else near.pipe(far).pipe(near);
  }
}

/** @param {End} end */
function optionsOf(end) {
  return typeof end === 'string' ? { path: end } : end;
}

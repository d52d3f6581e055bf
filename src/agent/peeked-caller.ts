import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { isRequestOf } from './probe-request.ts';
import { ARRIVAL } from './timings.ts';

/** What becomes of a caller. */
export interface PeekedCallerEvents {
  /** It is no probe, as far as can be told now. Called at most once. */
  readonly bridged: () => void;
  /** Its next request is a probe, of which this is the beginning: the socket is the listener's from now on. */
  readonly probed: (request: Buffer) => void;
}

/**
 * A caller's connection on a port that HTTP probes call, too. Looks at the beginning of each request: one connection of
 * a sidecar's pool may carry probes and people's requests in turn.
 */
export class PeekedCaller extends Duplex {
  readonly #socket: Socket;
  readonly #userAgents: readonly string[];
  readonly #events: PeekedCallerEvents;
  readonly #timer: NodeJS.Timeout;
  #decided = false;
  #released = false;
  /** A request was sent that has no answer yet. */
  #asking = false;

  constructor(socket: Socket, userAgents: readonly string[], events: PeekedCallerEvents) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#userAgents = userAgents;
    this.#events = events;
    this.#timer = setTimeout(() => this.#bridge(), ARRIVAL.speaksFirstMs);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
  }

  /** As of a socket: it is connected. */
  get connecting(): boolean {
    return false;
  }

  /** As of a socket. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** As of a socket. */
  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  /** As of a socket: breaks it off so that the caller notices. */
  resetAndDestroy(): this {
    if (!this.#released) this.#socket.resetAndDestroy();
    return this.destroy();
  }

  override _read(): void {
    if (!this.#released) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#asking = false;
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (!this.#released) this.#socket.destroy();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#asking && isRequestOf(chunk, this.#userAgents)) {
      this.#release(chunk);
      return;
    }
    this.#asking = true;
    this.#bridge();
    if (!this.push(chunk)) this.#socket.pause();
  };

  readonly #onEnd = (): void => {
    this.#bridge();
    this.push(null);
  };

  readonly #onClose = (): void => {
    this.destroy();
  };

  #bridge(): void {
    if (this.#decided) return;
    this.#decided = true;
    clearTimeout(this.#timer);
    this.#events.bridged();
  }

  #release(request: Buffer): void {
    this.#released = true;
    this.#decided = true;
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    this.destroy();
    this.#events.probed(request);
  }
}

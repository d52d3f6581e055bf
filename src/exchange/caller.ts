import type { Endpoint } from '../tunnel/index.ts';
import { Outbox } from './outbox.ts';

/** How long a caller may take to end its side after we have ended ours, milliseconds; then its connection is cut. */
const LINGER_MS = 5000;

/** Who hears what a caller does. */
export interface CallerListener {
  readonly onData: (chunk: Buffer) => void;
  /** It has ended its side. */
  readonly onEnd: () => void;
  /** It takes more. */
  readonly onDrain: () => void;
}

/** A caller's side of an exchange. */
export class Caller {
  readonly endpoint: Endpoint;
  readonly #outbox: Outbox;
  #listener: CallerListener | undefined;
  #isHeld = false;
  #isEnded = false;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
    this.#outbox = new Outbox(endpoint.stream);
    endpoint.stream.on('error', ignore);
  }

  /** Calls these for what becomes of it, until `leave`. */
  listen(listener: CallerListener): void {
    this.#listener = listener;
    const { stream } = this.endpoint;
    stream.on('drain', listener.onDrain);
    stream.on('end', listener.onEnd);
    stream.on('data', listener.onData);
    // Whoever looked at its first bytes may have paused it.
    if (!this.#isHeld) stream.resume();
    if (stream.readableEnded) listener.onEnd();
  }

  /** Leaves the connection to somebody else, with all that was sent. */
  leave(): void {
    this.flush();
    const { stream } = this.endpoint;
    const listener = this.#listener;
    if (listener === undefined) return;
    stream.off('drain', listener.onDrain);
    stream.off('end', listener.onEnd);
    stream.off('data', listener.onData);
  }

  /** No more of an answer should be sent now. */
  get isFull(): boolean {
    return this.#outbox.isFull;
  }

  /** All that was sent has left. */
  get isFlushed(): boolean {
    return this.endpoint.stream.writableLength === 0;
  }

  send(bytes: Buffer): void {
    this.#outbox.add(bytes);
  }

  flush(): void {
    this.#outbox.flush();
  }

  /** Reads no more from it for now, or goes on. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.endpoint.stream.pause();
    else this.endpoint.stream.resume();
  }

  /**
   * Says the regular end. What it still sends is dropped for a while: a connection that is closed while bytes wait in it
   * would be reset, and an answer on its way lost.
   */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { stream } = this.endpoint;
    this.flush();
    stream.resume();
    const cut = () => {
      const timer = setTimeout(() => stream.destroy(), LINGER_MS);
      timer.unref();
      stream.once('close', () => clearTimeout(timer));
    };
    if (stream.closed) return;
    stream.end();
    if (stream.writableFinished) cut();
    else stream.once('finish', cut);
  }
}

function ignore(): void {
  // 'close' follows, and says enough.
}

import { Duplex } from 'node:stream';
import { Valve } from './valve.ts';

/**
 * Two ends of one stream in memory: what is written to one is read from the other, with back-pressure and half-close.
 * When one end is destroyed, the other reads to its end and cannot be written to any more. All that goes through
 * `valve`, which several streams may share.
 */
export function duplexPair(valve = new Valve()): readonly [Duplex, Duplex] {
  const first = new PairEnd(valve);
  const second = new PairEnd(valve);
  first.join(second);
  second.join(first);
  return [first, second];
}

class PairEnd extends Duplex {
  readonly #valve: Valve;
  #peer: PairEnd | undefined;
  #complete = false;
  /** Continues the peer's write once this end has room. */
  #resume: (() => void) | undefined;

  constructor(valve: Valve) {
    super();
    this.#valve = valve;
  }

  join(peer: PairEnd): void {
    this.#peer = peer;
  }

  override _read(): void {
    this.#letPeerGoOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#valve.pass(() => {
      const peer = this.#peer;
      if (peer === undefined || peer.destroyed) done(brokenPipe());
      else if (peer.push(chunk)) done();
      else peer.#resume = done;
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#valve.pass(() => this.#endPeer());
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#letPeerGoOn();
    this.#valve.pass(() => this.#endPeer());
    done(error);
  }

  #letPeerGoOn(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  #endPeer(): void {
    const peer = this.#peer;
    if (peer === undefined || peer.#complete || peer.destroyed) return;
    peer.#complete = true;
    peer.push(null);
  }
}

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
}

/** A stream whose other end went away before it said anything. */
export function brokenStream(): Duplex {
  const [caller, callee] = duplexPair();
  callee.destroy();
  return caller;
}

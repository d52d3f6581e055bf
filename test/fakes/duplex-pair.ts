import { Duplex } from 'node:stream';

/**
 * Two ends of one stream in memory: what is written to one is read from the other, with back-pressure and half-close.
 * When one end is destroyed, the other reads to its end and cannot be written to any more.
 */
export function duplexPair(): readonly [Duplex, Duplex] {
  const first = new PairEnd();
  const second = new PairEnd();
  first.join(second);
  second.join(first);
  return [first, second];
}

class PairEnd extends Duplex {
  #peer: PairEnd | undefined;
  #complete = false;
  /** Continues the peer's write once this end has room. */
  #resume: (() => void) | undefined;

  join(peer: PairEnd): void {
    this.#peer = peer;
  }

  override _read(): void {
    this.#letPeerGoOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const peer = this.#peer;
    if (peer === undefined || peer.destroyed) done(brokenPipe());
    else if (peer.push(chunk)) done();
    else peer.#resume = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#endPeer();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#letPeerGoOn();
    this.#endPeer();
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

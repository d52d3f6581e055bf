import type { Socket } from 'node:net';
import type { Drainable } from './drain.ts';
import { peerOf } from './peer.ts';
import { DRAIN } from './timings.ts';

/** The callers of whom it is not known yet what they say: nobody carries them so far. */
export class SilentCallers {
  readonly #silent = new Map<Socket, SilentCaller>();

  /** Begins to count a caller among them. Returns what ends that; its own end does, too. */
  add(caller: Socket): () => void {
    const silent = new SilentCaller(caller);
    const spoken = () => {
      caller.off('close', spoken);
      silent.hasSpoken = true;
      this.#silent.delete(caller);
    };
    this.#silent.set(caller, silent);
    caller.once('close', spoken);
    return spoken;
  }

  /** All of them. */
  all(): readonly Drainable[] {
    return [...this.#silent.values()];
  }
}

/** One that may be about to ask: a busy machine takes its time between a connection and the request on it. */
class SilentCaller implements Drainable {
  readonly peer: string;
  readonly isStream = false;
  /** It belongs to others, who know what it says. */
  hasSpoken = false;
  readonly #caller: Socket;
  readonly #since = performance.now();

  constructor(caller: Socket) {
    this.#caller = caller;
    this.peer = peerOf(caller);
  }

  get closed(): boolean {
    return this.hasSpoken || this.#caller.destroyed;
  }

  announceEnd(): void {}

  mayEnd(now: number): boolean {
    return now - this.#since >= DRAIN.patientMs;
  }

  end(): void {
    this.#caller.end();
  }

  destroy(): void {
    this.#caller.destroy();
  }
}

import type { Duplex } from 'node:stream';

/** How many newcomers there may be at once, and how long each may stay one. */
export interface NewcomerLimits {
  readonly most: number;
  /** Milliseconds, those for which its last words may take to be read included. */
  readonly ms: number;
}

/** For callers of agent and gateway: a session says who it is within moments, and opens a few duplexes at once. */
const LIMITS: NewcomerLimits = { most: 128, ms: 12_000 };

/**
 * Callers that have not yet said who they are. Each has little time for it, and there are only so many at once: the one
 * that has waited longest makes room, so that nobody who comes in great numbers keeps a session out by holding all places.
 */
export class Newcomers {
  readonly #limits: NewcomerLimits;
  readonly #waiting = new Set<Duplex>();

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** How many there are now. */
  get count(): number {
    return this.#waiting.size;
  }

  /**
   * Lets a caller say who it is. Resolves as `ask` does: one that is somebody is a newcomer no longer; for undefined it
   * stays one, until it has closed the duplex or its time is over. Errors: those of `ask`.
   */
  async admit<T>(duplex: Duplex, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const [longest] = this.#waiting;
    if (longest !== undefined && this.#waiting.size >= this.#limits.most) {
      this.#waiting.delete(longest);
      longest.destroy();
    }
    this.#waiting.add(duplex);
    const timer = setTimeout(() => duplex.destroy(), this.#limits.ms);
    const leave = () => {
      clearTimeout(timer);
      this.#waiting.delete(duplex);
    };
    duplex.once('close', leave);
    if (duplex.closed) leave();
    const caller = await ask();
    if (caller !== undefined) {
      leave();
      duplex.off('close', leave);
    }
    // What it still sends is not kept; its own end would not be seen otherwise.
    else duplex.resume();
    return caller;
  }
}

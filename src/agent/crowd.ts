import type { Claim } from './claim.ts';

/** How often a session hears of connections that went to the original for want of room, milliseconds. */
const TELL_MS = 1000;

/** Says of each connection whether there is room for it, and tells sessions of those for which there was none. */
export class Crowd {
  readonly #isFull: () => boolean;
  readonly #toldLately = new WeakSet<Claim>();

  /** `isFull`: this agent carries as many connections as it may. */
  constructor(isFull: () => boolean) {
    this.#isFull = isFull;
  }

  /** Whether there is room for one connection more to the service of a claim. Otherwise it is counted as passed on. */
  hasRoomFor(claim: Claim): boolean {
    if (!this.#isFull()) return true;
    claim.passedOn += 1;
    if (!this.#toldLately.has(claim)) this.#tell(claim);
    return false;
  }

  #tell(claim: Claim): void {
    const { port, terms, passedOn: count } = claim;
    claim.claimant.send({ type: 'crowded', port, tunnel: terms.tunnel, count });
    this.#toldLately.add(claim);
    setTimeout(() => {
      this.#toldLately.delete(claim);
      if (claim.passedOn > count) this.#tell(claim);
    }, TELL_MS).unref();
  }
}

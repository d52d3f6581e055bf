import type { Claim } from './claim.ts';

/** For how long services have been away that are waited for, or in whose place callers are refused. */
export class Absences {
  readonly #patience = new Map<Claim, NodeJS.Timeout>();
  /** Those that were away for too long, and were not there again since. */
  readonly #givenUp = new WeakSet<Claim>();
  readonly #onGivenUp: (claim: Claim) => void;

  /** `onGivenUp` hears of a service that is not waited for any more. */
  constructor(onGivenUp: (claim: Claim) => void) {
    this.#onGivenUp = onGivenUp;
  }

  /** Whether what a claim takes is treated as its `fallback` says: its service is away, and its session surely lives. */
  isAway(claim: Claim, isLive: boolean): boolean {
    const { terms, claimant, away, wanted } = claim;
    if (isLive) this.#givenUp.delete(claim);
    const isAway =
      !isLive &&
      terms.fallback !== undefined &&
      (away || wanted) &&
      !claimant.isSilent(terms.tunnel) &&
      !this.#givenUp.has(claim);
    this.#time(claim, isAway);
    return isAway;
  }

  #time(claim: Claim, isAway: boolean): void {
    const { fallback } = claim.terms;
    const before = this.#patience.get(claim);
    if (!isAway || fallback?.kind !== 'wait') {
      clearTimeout(before);
      this.#patience.delete(claim);
    } else if (before === undefined) {
      const giveUp = () => {
        this.#patience.delete(claim);
        this.#givenUp.add(claim);
        this.#onGivenUp(claim);
      };
      this.#patience.set(claim, setTimeout(giveUp, fallback.ms).unref());
    }
  }
}

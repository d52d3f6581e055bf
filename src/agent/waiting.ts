import type { Claim } from './claim.ts';

/** So many connections and requests may wait at once in an agent; further ones are treated as if they had waited. */
export const MOST_WAITING = 512;

/** Somebody who waits. */
export interface Wait {
  /** It need not wait any more: its caller is gone. Nothing is called. Without effect when it waits no longer. */
  cancel(): void;
}

/** Callers whose service is away: each waits until it is asked anew where they go, or has waited long enough. */
export class Waiting {
  readonly #of = new Map<Claim, Set<() => void>>();
  #count = 0;

  /**
   * Waits for the service of a claim until a time on the clock of `performance`. `then` is called once, never at once:
   * with `again` when it is to be asked anew who takes what waits, with `late` when it has waited long enough, or too many
   * wait.
   */
  wait(claim: Claim, until: number, then: (how: 'again' | 'late') => void): Wait {
    const isFull = this.#count >= MOST_WAITING;
    const waiting = this.#of.get(claim) ?? new Set();
    this.#of.set(claim, waiting);
    const leave = () => {
      clearTimeout(timer);
      if (!waiting.delete(again)) return false;
      this.#count -= 1;
      if (waiting.size === 0 && this.#of.get(claim) === waiting) this.#of.delete(claim);
      return true;
    };
    const again = () => leave() && queueMicrotask(() => then('again'));
    const late = () => leave() && then('late');
    const timer = setTimeout(late, isFull ? 0 : Math.max(0, until - performance.now()));
    waiting.add(again);
    this.#count += 1;
    return { cancel: leave };
  }

  /** Something has changed for a claim: whoever waits for its service asks anew. */
  wake(claim: Claim): void {
    for (const again of [...(this.#of.get(claim) ?? [])]) again();
  }
}

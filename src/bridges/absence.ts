import type { Fallback } from '../model/workspace.ts';

/** Whether a service that is away is waited for, or callers refused in its place, as the `fallback` of its bridge says. */
export class Absence {
  readonly #fallback: Fallback;
  readonly #inTime: (giveUp: () => void) => void;
  #state: 'not there yet' | 'there' | 'waited for' | 'given up' = 'not there yet';
  #patience: NodeJS.Timeout | undefined;

  /** `inTime` is called when a service was waited for long enough, with what ends that. */
  constructor(fallback: Fallback, inTime: (giveUp: () => void) => void) {
    this.#fallback = fallback;
    this.#inTime = inTime;
  }

  /**
   * Requests are not left to the original. Of a service that was not there yet nobody waits for the first start; who wants
   * them refused wants that from the beginning.
   */
  get isAwaited(): boolean {
    return this.#fallback.kind === 'fail' ? this.#state !== 'there' : this.#state === 'waited for';
  }

  /** Whether the service takes requests now. */
  settle(takesRequests: boolean): void {
    if (takesRequests) {
      clearTimeout(this.#patience);
      this.#state = 'there';
    } else if (this.#state === 'there') this.#awaitIt();
  }

  /** Somebody has stopped the service: it is as if it had not been there yet. */
  forget(): void {
    clearTimeout(this.#patience);
    this.#state = 'not there yet';
  }

  /** Nothing is waited for any more. */
  close(): void {
    clearTimeout(this.#patience);
  }

  #awaitIt(): void {
    if (this.#fallback.kind === 'original') return;
    this.#state = 'waited for';
    if (this.#fallback.kind === 'fail') return;
    const giveUp = () => {
      this.#state = 'given up';
    };
    this.#patience = setTimeout(() => this.#inTime(giveUp), this.#fallback.ms);
  }
}

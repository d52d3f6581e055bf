import { type Deferred, deferred } from '../common/deferred.ts';

/**
 * What a pass is for: `wanted`, because somebody asked for what a file says now; `adjusting`, because of that some is not to
 * run, or is again; `mending`, because something ended.
 */
type Purpose = 'wanted' | 'adjusting' | 'mending';

interface Waiting {
  pass: () => Promise<void>;
  readonly outcome: Deferred<void>;
}

/** Runs one pass at a time. Of those asked for meanwhile only the latest of each purpose runs; the others share its outcome. */
export class PassQueue {
  #running: Promise<void> | undefined;
  readonly #waiting = new Map<Purpose, Waiting>();

  /** Runs a pass after the one that is running. Errors: the pass's own. */
  run(purpose: Purpose, pass: () => Promise<void>): Promise<void> {
    const waiting = this.#waiting.get(purpose) ?? { pass, outcome: deferred() };
    waiting.pass = pass;
    this.#waiting.set(purpose, waiting);
    this.#running ??= this.#work();
    return waiting.outcome.promise;
  }

  /** Resolves when no pass runs and none waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    for (const [purpose, { pass, outcome }] of this.#waiting) {
      this.#waiting.delete(purpose);
      await pass().then(outcome.resolve, outcome.reject);
    }
    this.#running = undefined;
  }
}

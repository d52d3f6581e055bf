/** What a pass is for: `wanted`, because somebody asked for what a file says now; `mending`, because something ended. */
type Purpose = 'wanted' | 'mending';

interface Waiting {
  pass: () => Promise<void>;
  readonly outcome: Promise<void>;
  readonly settle: (outcome: Promise<void>) => void;
}

/** Runs one pass at a time. Of those asked for meanwhile only the latest of each purpose runs; the others share its outcome. */
export class PassQueue {
  #running: Promise<void> | undefined;
  readonly #waiting = new Map<Purpose, Waiting>();

  /** Runs a pass after the one that is running. Errors: the pass's own. */
  run(purpose: Purpose, pass: () => Promise<void>): Promise<void> {
    const waiting = this.#waiting.get(purpose) ?? unsettled(pass);
    waiting.pass = pass;
    this.#waiting.set(purpose, waiting);
    this.#running ??= this.#work();
    return waiting.outcome;
  }

  /** Resolves when no pass runs and none waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    for (const [purpose, { pass, settle }] of this.#waiting) {
      this.#waiting.delete(purpose);
      const running = pass();
      settle(running);
      await running.catch(() => {});
    }
    this.#running = undefined;
  }
}

function unsettled(pass: () => Promise<void>): Waiting {
  let settle: Waiting['settle'] = () => {};
  const outcome = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { pass, outcome, settle };
}

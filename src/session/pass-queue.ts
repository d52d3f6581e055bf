/** Runs one pass at a time. Of those asked for meanwhile only the latest runs; the others share its outcome. */
export class PassQueue {
  #running: Promise<void> | undefined;
  #next: { readonly pass: () => Promise<void>; readonly outcome: Promise<void> } | undefined;

  /** Runs a pass after the one that is running. Errors: the pass's own. */
  run(pass: () => Promise<void>): Promise<void> {
    const before = this.#running;
    if (before === undefined) {
      this.#running = pass().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    const outcome = this.#next?.outcome ?? this.#afterwards(before);
    this.#next = { pass, outcome };
    return outcome;
  }

  /** Resolves when no pass runs and none waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
  }

  async #afterwards(before: Promise<void>): Promise<void> {
    await before.catch(() => {});
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) await this.run(next.pass);
  }
}

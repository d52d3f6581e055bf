/** Errors that nobody has taken care of, while a test runs: they belong to it, and fail it. */
export class StrayErrors {
  readonly #seen: unknown[] = [];
  readonly #kinds = ['unhandledRejection', 'uncaughtException'] as const;
  readonly #others: readonly (() => void)[];
  readonly #note = (error: unknown) => {
    this.#seen.push(error);
  };

  /** Begins to take note of them, in place of whoever did. */
  constructor() {
    this.#others = this.#kinds.map((kind) => {
      const others = process.rawListeners(kind);
      process.removeAllListeners(kind);
      process.on(kind, this.#note);
      return () => {
        process.off(kind, this.#note);
        for (const other of others) process.on(kind, (...args) => other.apply(process, args));
      };
    });
  }

  /** What was seen, in words. */
  words(): readonly string[] {
    return this.#seen.map((error) => `nobody took care of: ${error instanceof Error ? error.stack : error}`);
  }

  /** Leaves it to the others again. */
  close(): void {
    for (const giveBack of this.#others) giveBack();
  }
}

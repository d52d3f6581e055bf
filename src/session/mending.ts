import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Operation } from '../converge/index.ts';
import type { Plan } from '../model/plan.ts';

/** Pauses after passes, milliseconds, the longer the more there were in a row; the last one repeats. */
const AGAIN_MS = [0, 1000, 2000, 5000, 10_000, 30_000];

/** After so long, milliseconds, in which nothing had to be made anew, the next pause is the shortest again. */
const QUIET_MS = 10_000;

/** What mending works with. */
export interface MendingOptions {
  /** Does something when it is the turn of passes that mend. Errors: its own. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  /** What a pass would do. Errors: those of looking. */
  readonly plan: () => Promise<Plan<Operation>>;
  /** One pass towards what should be. Errors: its failure. */
  readonly pass: () => Promise<void>;
  /** Hears of a failure, once for each that says something else than the one before. */
  readonly failed: (error: unknown) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Makes gateways anew that are gone, as often as it takes: what stood in the way of one pass may not of the next, and
 * what ends again and again is made anew after longer pauses. A look that finds them all is no news.
 */
export class Mending {
  readonly #options: MendingOptions;
  #isNeeded = false;
  /** A gateway was found to be gone, and no pass has made it anew yet. */
  #isBroken = false;
  #isRunning = false;
  #passes = 0;
  #quietSince = 0;
  #said = '';

  constructor(options: MendingOptions) {
    this.#options = options;
  }

  /** A gateway may be gone. */
  needed(): void {
    this.#isNeeded = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    this.#isRunning = true;
    if (performance.now() - this.#quietSince > QUIET_MS) this.#passes = 0;
    while (this.#isNeeded && !signal.aborted) {
      this.#isNeeded = false;
      if (!(await this.#succeeds())) this.#isNeeded = true;
      await pause(AGAIN_MS[this.#passes] ?? AGAIN_MS.at(-1) ?? 0, signal);
      this.#passes += 1;
    }
    this.#quietSince = performance.now();
    this.#isRunning = false;
  }

  async #succeeds(): Promise<boolean> {
    const { inTurn, failed, signal } = this.#options;
    try {
      await inTurn(() => this.#mend());
      this.#said = '';
      return true;
    } catch (error) {
      if (!signal.aborted && this.#said !== messageOf(error)) failed(error);
      this.#said = messageOf(error);
      return false;
    }
  }

  async #mend(): Promise<void> {
    const { plan, pass } = this.#options;
    const { steps } = await plan();
    const kinds = steps.map(({ operation }) => operation.kind);
    this.#isBroken ||= kinds.includes('start-gateway') || kinds.includes('replace-gateway');
    if (!this.#isBroken) return;
    await pass();
    this.#isBroken = false;
  }
}

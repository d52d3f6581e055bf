import { pause } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import type { Operation } from '../converge/index.ts';
import type { Plan } from '../model/plan.ts';

/** Pauses before passes, milliseconds, the longer the more there were in a row; the last one repeats. */
const AGAIN_MS = [0, 1000, 2000, 4000, 5000];

/** The pause where only a person can mend what is wrong: they save the file, which makes a pass at once. */
const ASK_USER_MS = 30_000;

/** After so long, milliseconds, in which nothing had to be made anew, the next pause is the shortest again. */
const QUIET_MS = 10_000;

/** What came of an attempt: all is well, something is missing still, or what is missing is the user's to mend. */
export type Attempt = 'whole' | 'missing' | "user's move";

/** What mending works with. */
export interface MendingOptions {
  /** Does something when it is the turn of passes that mend. Errors: its own. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  /** What a pass would do. Errors: those of looking. */
  readonly plan: () => Promise<Plan<Operation>>;
  /** One pass towards what should be; what fails has been told. Never rejects. */
  readonly pass: () => Promise<Attempt>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Makes anew what is missing, as often as it takes: gateways that are gone, and whatever a pass could not make. What
 * stood in the way of one pass may not of the next, and what fails again and again is tried after longer pauses. A look
 * that finds all gateways is no news.
 */
export class Mending {
  readonly #options: MendingOptions;
  #isNeeded = false;
  /** Something is known to be missing, and no pass has made it yet. */
  #isBroken = false;
  #isRunning = false;
  #passes = 0;
  #quietSince = 0;
  #last: Attempt = 'whole';
  /** Settled to cut a pause short. */
  #hurry = deferred();

  constructor(options: MendingOptions) {
    this.#options = options;
  }

  /** A gateway may be gone. */
  needed(): void {
    this.#isNeeded = true;
    if (this.#isRunning) this.#hurry.resolve();
    else void this.#run();
  }

  /** A pass that somebody asked for came to this. */
  attempted(attempt: Attempt): void {
    this.#last = attempt;
    this.#isBroken = attempt !== 'whole';
    if (attempt === 'whole') return;
    this.#isNeeded = true;
    this.#passes = Math.max(this.#passes, 1);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    this.#isRunning = true;
    if (performance.now() - this.#quietSince > QUIET_MS) this.#passes = this.#isBroken ? 1 : 0;
    while (this.#isNeeded && !signal.aborted) {
      await this.#pause();
      if (signal.aborted || !this.#isNeeded) break;
      this.#isNeeded = false;
      this.#passes += 1;
      this.#last = await this.#attempt();
      if (this.#last !== 'whole') this.#isNeeded = true;
    }
    this.#quietSince = performance.now();
    this.#isRunning = false;
  }

  async #pause(): Promise<void> {
    const usual = AGAIN_MS[this.#passes] ?? AGAIN_MS.at(-1) ?? 0;
    const over = new AbortController();
    this.#hurry = deferred();
    const ms = this.#last === "user's move" ? ASK_USER_MS : usual;
    await Promise.race([
      pause(ms, AbortSignal.any([this.#options.signal, over.signal])),
      // What is newly gone is not the user's to mend: it waits no longer than anything else.
      this.#hurry.promise.then(() => pause(usual, over.signal)),
    ]);
    over.abort();
  }

  async #attempt(): Promise<Attempt> {
    const attempts: Attempt[] = [];
    const work = async () => {
      attempts.push(await this.#mend());
    };
    // A look that failed is repeated.
    await this.#options.inTurn(work).catch(() => {});
    return attempts[0] ?? 'missing';
  }

  async #mend(): Promise<Attempt> {
    const { plan, pass } = this.#options;
    if (!this.#isBroken) {
      const kinds = (await plan()).steps.map(({ operation }) => operation.kind);
      if (!kinds.includes('start-gateway') && !kinds.includes('replace-gateway')) return 'whole';
    }
    const attempt = await pass();
    this.#isBroken = attempt !== 'whole';
    return attempt;
  }
}

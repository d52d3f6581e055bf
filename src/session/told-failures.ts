import { type ErrorFacts, errorFacts } from '../common/errors.ts';
import type { StepFailure } from '../converge/index.ts';
import type { Event, Reporter } from '../model/event.ts';

/** What a pass tells that is of no interest when it comes to nothing new. */
const OF_A_PASS: readonly Event['type'][] = ['session', 'plan', 'step', 'progress'];

/**
 * What is missing and why, told once for each time it changes: a pass that is tried again, and fails as before, is no
 * news.
 */
export class ToldFailures {
  readonly #report: Reporter;
  readonly #told = new Map<string, ErrorFacts>();
  #missing: readonly ErrorFacts[] = [];
  /** What a pass that is tried again has told so far; undefined while no such pass runs, or when it is news. */
  #held: Event[] | undefined;

  constructor(report: Reporter) {
    this.#report = report;
  }

  /** Why something is missing, in the order in which it failed; empty when all is there. */
  get missing(): readonly ErrorFacts[] {
    return this.#missing;
  }

  /** Why a resource is not as it should be; undefined when it is, as far as is known. */
  failureOf(resource: string): ErrorFacts | undefined {
    return this.#told.get(resource);
  }

  /** Takes an event, which is held back while a pass is tried again that has come to nothing yet. */
  readonly report: Reporter = (event) => {
    if (event.type === 'step' && event.state === 'done') this.#release();
    if (this.#held !== undefined && OF_A_PASS.includes(event.type)) this.#held.push(event);
    else this.#report(event);
  };

  /** A pass is tried again. */
  again(): void {
    this.#held = [];
  }

  /** A pass failed at these; empty = it did not. */
  failed(failures: readonly StepFailure[]): void {
    const news = failures.filter(
      ({ resource, error }) => this.#told.get(resource)?.message !== errorFacts(error).message,
    );
    if (news.length > 0 || failures.length !== this.#told.size) this.#release();
    this.#told.clear();
    for (const { resource, error } of failures) this.#told.set(resource, errorFacts(error));
    this.#missing = failures.map(({ error }) => errorFacts(error));
    for (const { error } of news) this.#report({ type: 'error', error: errorFacts(error) });
  }

  /** The pass is over, and all of it has been told that is worth it. */
  over(): void {
    this.#held = undefined;
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.#report(event);
  }
}

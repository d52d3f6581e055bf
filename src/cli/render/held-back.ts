import type { Event } from '../../model/event.ts';

/** As many lines of services are kept as a person may want to scroll through. */
const LINES_KEPT = 1000;

/** What was said while something else was drawn, to be told afterwards: no more of it than is worth telling. */
export class HeldBack {
  readonly #held = new Map<string, Event | string>();
  #count = 0;
  #lines: string[] = [];
  #dropped = 0;

  /** Takes an event, or text of another kind. Of what lives only the last state is of interest. */
  add(what: Event | string): void {
    this.#count += 1;
    const isState = typeof what !== 'string' && what.type === 'state';
    const key = isState ? `state ${what.resource}` : `${this.#count}`;
    this.#held.delete(key);
    this.#held.set(key, what);
    if (typeof what === 'string' || what.type !== 'log') return;
    this.#lines.push(key);
    if (this.#lines.length < 2 * LINES_KEPT) return;
    for (const old of this.#lines.splice(0, LINES_KEPT)) this.#held.delete(old);
    this.#dropped += LINES_KEPT;
  }

  /** Everything in its order, which is then held no more; first how many lines of services are not among it. */
  takeAll(): { readonly dropped: number; readonly all: readonly (Event | string)[] } {
    const taken = { dropped: this.#dropped, all: [...this.#held.values()] };
    this.#held.clear();
    this.#lines = [];
    this.#dropped = 0;
    return taken;
  }
}

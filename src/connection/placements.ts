import { MOST_PLACEMENTS, type Place, tooManyAgents } from '../platform/index.ts';

/** The agents that a session has placed lately. */
export class Placements {
  readonly #at = new Map<string, number[]>();

  /**
   * One more is about to be placed. Returns what says that it was not: only what was there, and did not stay, counts. Errors:
   * `too-many-agents` when there were too many within an hour.
   */
  add({ id, name }: Pick<Place, 'id' | 'name'>): () => void {
    const now = performance.now();
    for (const [place, all] of this.#at) {
      const recent = all.filter((at) => now - at < MOST_PLACEMENTS.withinMs);
      if (recent.length === 0) this.#at.delete(place);
      else this.#at.set(place, recent);
    }
    const recent = this.#at.get(id) ?? [];
    if (recent.length >= MOST_PLACEMENTS.count) throw tooManyAgents(`at ${name}`);
    this.#at.set(id, [...recent, now]);
    return () => {
      const before = this.#at.get(id) ?? [];
      this.#at.set(
        id,
        before.filter((at) => at !== now),
      );
    };
  }
}

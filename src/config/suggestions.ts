import { nearest } from '../common/nearest.ts';

/** Comparisons of two words that the problems of one kind may cost together: some hundred words, where a file has a hundred names. */
const BUDGET = 50_000;

/** Looks for names that were meant, as long as that takes no time to speak of: each word is compared with every name. */
export class Suggestions {
  #left = BUDGET;

  /** As `nearest`, without the name `own`; empty when there were so many words before. */
  nearest(word: string, names: Iterable<string>, own?: string): readonly string[] {
    if (this.#left <= 0) return [];
    const others = [...names].filter((name) => name !== own);
    this.#left -= others.length;
    return nearest(word, others);
  }
}

/** The candidate that `word` was most likely meant to be, or undefined when none is near enough to be worth saying. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the word may differ: beyond that a suggestion misleads more often than it helps.
  let limit = (word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3))) + 0.5;
  for (const candidate of candidates) {
    // Words that differ only in case, - and _ are nearest of all, and still different.
    const distance = editDistance(normal(word), normal(candidate)) + 0.25;
    if (distance < limit && candidate !== word) {
      best = candidate;
      limit = distance;
    }
  }
  return best ?? [...candidates].find((candidate) => isShortFor(normal(word), normal(candidate)));
}

/** `env` for `environment`, `cmd` for `command`: the same first letter, and the others in order. */
function isShortFor(word: string, candidate: string): boolean {
  if (word.length < 3 || word.length >= candidate.length || word[0] !== candidate[0]) return false;
  let at = 0;
  for (const letter of candidate) if (letter === word[at]) at += 1;
  return at === word.length;
}

function normal(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

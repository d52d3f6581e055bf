/**
 * Candidates that a mistyped or shortened `word` may have meant, nearest first, at most three; empty when none is
 * near. Near is an edit in every three letters, or a candidate that contains the whole word (three letters or more).
 */
export function nearest(word: string, candidates: Iterable<string>): string[] {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const wanted = word.toLowerCase();
  const farness = (candidate: string) => {
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits <= limit) return edits;
    return wanted.length >= 3 && candidate.toLowerCase().includes(wanted) ? limit + 1 : undefined;
  };
  return [...new Set(candidates)]
    .flatMap((candidate) => {
      const far = farness(candidate);
      return far === undefined ? [] : [{ candidate, far }];
    })
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map((entry) => entry.candidate);
}

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = at(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swap =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? at(beforePrevious, column - 2) + 1
          : Number.POSITIVE_INFINITY;
      current.push(Math.min(at(previous, column) + 1, at(current, column - 1) + 1, replace, swap));
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

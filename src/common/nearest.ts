/**
 * Candidates that a mistyped or shortened `word` may have meant, nearest first, at most three; empty when none is near.
 * Near is an edit in every three letters, case, `-`, `_` and spaces not counted; then a candidate of which it is a part,
 * as `api` is of `shop-api-1`; then one that it abbreviates, as `cmd` does `command`. The word itself is none of them.
 */
export function nearest(word: string, candidates: Iterable<string>): readonly string[] {
  return [...new Set(candidates)]
    .flatMap((candidate) => {
      const far = candidate === word ? undefined : farness(word, candidate);
      return far === undefined ? [] : [{ candidate, far }];
    })
    .sort((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `did you mean this or that?`; undefined when there is nothing to mean. */
export function didYouMean(...near: readonly string[]): string | undefined {
  return near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`;
}

/** Undefined when it is not worth saying. */
function farness(word: string, candidate: string): number | undefined {
  const [wanted, present] = [letters(word), letters(candidate)];
  // A third of the word may differ: beyond that a suggestion misleads more often than it helps.
  const limit = word.length < 2 ? 0 : Math.max(1, Math.floor(word.length / 3));
  const edits = distance(wanted, present);
  if (edits <= limit) return edits;
  if (wanted.length < 3) return undefined;
  if (isPartOf(word.toLowerCase(), candidate.toLowerCase())) return limit + 1;
  return abbreviates(wanted, present) ? limit + 2 : undefined;
}

function letters(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Parts begin where something that is no letter and no digit ends. */
function isPartOf(word: string, candidate: string): boolean {
  const begins = [0, ...Array.from(candidate.matchAll(/[^a-z\d]/g), ({ index }) => index + 1)];
  return begins.some((at) => candidate.startsWith(word, at));
}

/** The same first letter, and the others in order. */
function abbreviates(word: string, candidate: string): boolean {
  if (word.length >= candidate.length || word[0] !== candidate[0]) return false;
  let at = 0;
  for (const letter of candidate) if (letter === word[at]) at += 1;
  return at === word.length;
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

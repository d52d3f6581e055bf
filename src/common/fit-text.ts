/** How many columns of a terminal a text takes. */
export type Measure = (text: string) => number;

/** A text may be a file in one line: what is further from its shown end than this for each column is not looked at. */
const UNITS_A_COLUMN = 32;

/** As much of the beginning of a text as fits into so many columns, with `…` where something is left out. */
export function cutEnd(text: string, columns: number, widthOf: Measure): string {
  const near = text.slice(0, Math.max(0, columns) * UNITS_A_COLUMN);
  if (near === text && widthOf(text) <= columns) return text;
  return `${fitting(clusters(near), columns - 1, widthOf).join('')}…`;
}

/** As much of the end of a text as fits into so many columns, with `…` where something is left out. */
export function cutStart(text: string, columns: number, widthOf: Measure): string {
  const near = text.slice(-Math.max(1, columns) * UNITS_A_COLUMN);
  if (near === text && widthOf(text) <= columns) return text;
  const kept = fitting(clusters(near).reverse(), columns - 1, widthOf);
  return `…${kept.reverse().join('')}`;
}

/** The pieces of a text that a terminal shows as one character each. */
function clusters(text: string): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function fitting(pieces: readonly string[], columns: number, widthOf: Measure): string[] {
  let width = 0;
  const end = pieces.findIndex((piece) => {
    width += widthOf(piece);
    return width > columns;
  });
  return pieces.slice(0, end === -1 ? pieces.length : end);
}

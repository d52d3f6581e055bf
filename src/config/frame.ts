import { cutEnd, cutStart, type Measure } from '../common/fit-text.ts';
import { safeText } from '../common/terminal-text.ts';

/** Columns a frame may take, line numbers included. */
const MAX_COLUMNS = 110;

/** A line may be a whole file: so much of it, in UTF-16 units, is looked at before, in and behind what is marked. */
const MAX_UNITS = 4096;

/** A marked place in a text, counted from 1 as a `Problem` counts it. */
export interface Marked {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** How the parts of a frame are drawn; identity functions give plain text. */
export interface Pens {
  readonly dim: (text: string) => string;
  readonly mark: (text: string) => string;
}

/**
 * The lines of a code frame: the marked line with `around` lines before and after it, line numbers, and below the
 * line a marker of `pencil` signs with a label behind it. Lines too long for a terminal are cut.
 */
export function frame(
  text: string,
  marked: Marked,
  options: {
    readonly pencil: '^' | '~';
    readonly label: string | undefined;
    readonly around: number;
    readonly pens: Pens;
    readonly widthOf: Measure;
  },
): string[] {
  const { pencil, label, around, pens, widthOf } = options;
  const lines = text.split(/\r?\n/);
  // The line break at the end of a file begins no line that anybody sees.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  const first = Math.max(1, marked.line - around);
  const last = Math.min(lines.length, marked.line + around);
  const digits = String(last).length;
  const gutter = (content: string) => pens.dim(`  ${content.padStart(digits)} |`);
  const room = MAX_COLUMNS - digits - 5;
  const drawn: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = lines[number - 1] ?? '';
    if (number !== marked.line) {
      drawn.push(join(gutter(String(number)), cutEnd(visible(line).trimEnd(), room, widthOf)));
      continue;
    }
    const view = window(line, marked, room, widthOf);
    drawn.push(join(gutter(String(number)), view.line));
    const marker = pencil.repeat(Math.max(1, view.width));
    const behind = label === undefined ? '' : ` ${label}`;
    drawn.push(`${gutter('')} ${' '.repeat(view.indent)}${pens.mark(marker + behind)}`);
  }
  return drawn;
}

function join(gutter: string, content: string): string {
  return content === '' ? gutter : `${gutter} ${content}`;
}

/** The part of a line that is shown, with the marked token in it, and where the token is in columns. */
function window(
  line: string,
  { column, length }: Marked,
  room: number,
  widthOf: Measure,
): { line: string; indent: number; width: number } {
  const [start, end] = [column - 1, column - 1 + length];
  const before = visible(line.slice(Math.max(0, start - MAX_UNITS), start));
  const token = visible(line.slice(start, Math.min(end, start + MAX_UNITS)));
  const after = visible(line.slice(end, end + MAX_UNITS));
  const whole = before + token + after;
  if (widthOf(whole) <= room) {
    return { line: whole.trimEnd(), indent: widthOf(before), width: widthOf(token) };
  }
  const shownToken = cutEnd(token, Math.floor(room / 2), widthOf);
  const roomBefore = Math.min(widthOf(before), Math.floor((room - widthOf(shownToken)) / 2));
  const shownBefore = cutStart(before, roomBefore, widthOf);
  const shownAfter = cutEnd(after, room - widthOf(shownBefore) - widthOf(shownToken), widthOf);
  const tokenWasCut = shownToken !== token;
  return {
    line: tokenWasCut ? shownBefore + shownToken : (shownBefore + shownToken + shownAfter).trimEnd(),
    indent: widthOf(shownBefore),
    width: widthOf(shownToken),
  };
}

/** Tabs become spaces, and what no terminal shows is shown: so columns can be counted. */
function visible(text: string): string {
  return safeText(text.replaceAll('\t', '    '));
}

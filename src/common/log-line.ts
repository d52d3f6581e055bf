import { withColorsOnly } from './terminal-text.ts';

/**
 * A line of a service as it may be written to a terminal: colours stay and end with the line, so that they reach no
 * other; all other sequences are left out, and what carriage returns and backspaces write over is gone, as in a terminal.
 */
export function safeLogLine(line: string): string {
  if (!SPECIAL.test(line)) return line;
  const plain = line.replace(SEQUENCE, (found) => (isColor(found) || isErasure(found) ? found : ''));
  return closed(withJoinersKept(OVERWRITING.test(plain) ? overwritten(plain) : plain));
}

const SPECIAL = /[^\t\x20-\x7e]/;

/** What terminals take as a command: with parameters, with a text up to its end, or of two characters. */
const SEQUENCE = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-OQ-WYZ\\\x60-~]`,
  ].join('|'),
  'g',
);

const COLOR = String.raw`\x1b\[[\d;:]*m`;
const ERASURE = String.raw`\x1b\[[0-2]?K`;
const COLORS = new RegExp(COLOR, 'g');
const OVERWRITING = new RegExp(String.raw`[\r\b]|${ERASURE}`);
const ONE_COLOR = new RegExp(`^${COLOR}$`);
const ONE_ERASURE = new RegExp(`^${ERASURE}$`);

function isColor(sequence: string): boolean {
  return ONE_COLOR.test(sequence);
}

function isErasure(sequence: string): boolean {
  return ONE_ERASURE.test(sequence);
}

/** One place of a line: what stands there, and the colours it was written with. */
interface Cell {
  text: string;
  readonly color: string;
}

/** Colours that are remembered while none is taken back: no program sets more at once. */
const MOST_COLORS = 8;

/** What a terminal shows in the end. Every character takes one place: a wide one that another is written over leaves nothing. */
function overwritten(line: string): string {
  const cells: Cell[] = [];
  let at = 0;
  let colors: readonly string[] = [];
  for (const [piece] of line.matchAll(PIECE)) {
    if (piece === '\r') at = 0;
    else if (piece === '\b') at = Math.max(0, at - 1);
    else if (isColor(piece)) colors = isReset(piece) ? [] : [...colors, piece].slice(-MOST_COLORS);
    else if (isErasure(piece)) erase(cells, at, piece);
    else {
      while (cells.length < at) cells.push({ text: ' ', color: '' });
      cells[at] = { text: piece, color: colors.join('') };
      at += 1;
    }
  }
  let color = '';
  let text = '';
  for (const cell of cells) {
    if (cell.color !== color) text += `${color === '' ? '' : RESET}${cell.color}`;
    color = cell.color;
    text += cell.text;
  }
  return text;
}

/** A sequence that is left, or a character with the marks that stand on it. */
const PIECE = new RegExp(String.raw`${COLOR}|${ERASURE}|[\r\b]|.[\p{M}\u200d]*`, 'gsu');

/** From here to the end, from the beginning to here, or all. */
function erase(cells: Cell[], at: number, sequence: string): void {
  const how = sequence.at(-2);
  if (how === '1' || how === '2')
    for (let place = 0; place <= at && place < cells.length; place += 1)
      cells[place] = { text: ' ', color: '' };
  if (how !== '1') cells.splice(at);
}

const RESET = '\u001b[0m';

function isReset(color: string): boolean {
  return /\[0*m$/.test(color);
}

/** Joiners are invisible, but harmless, and some languages are written with them. */
function withJoinersKept(line: string): string {
  return line
    .split(/([\u200c\u200d]+)/)
    .map((piece, index) => (index % 2 === 1 ? piece : withColorsOnly(piece)))
    .join('');
}

/** With an end of the colours that are still set. */
function closed(line: string): string {
  const last = [...line.matchAll(COLORS)].at(-1)?.[0];
  return last === undefined || isReset(last) ? line : `${line}${RESET}`;
}

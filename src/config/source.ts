import { dirname } from 'node:path';

/** A text file of the user's, with its lines found. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** Absolute path of the directory that relative paths in it start from. */
  readonly directory: string;
  /**
   * The content without byte order mark, and with a line feed for each carriage return that stands alone, as editors show
   * it; offsets everywhere count its UTF-16 units, as they do.
   */
  readonly text: string;
  /** Offset at which each line begins. */
  readonly lineStarts: readonly number[];
}

/** A piece of a source. `end` is exclusive; both are offsets into `source.text`. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Makes a source from a file's content. Paths in it start from `directory`, by default the one it lies in. */
export function makeSource(file: string, content: string, directory = dirname(file)): Source {
  const text = (content.startsWith('\uFEFF') ? content.slice(1) : content).replace(/\r(?!\n)/g, '\n');
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, directory, text, lineStarts };
}

/** Line and column of an offset, both counted from 1. */
export function positionOf(source: Source, offset: number): { line: number; column: number } {
  const line = lineOf(source, offset);
  return { line, column: offset - (source.lineStarts[line - 1] ?? 0) + 1 };
}

/** The line, counted from 1, that was asked for last: whoever walks a file asks for the same one, or the next. */
const lastAsked = { lineStarts: [] as readonly number[], line: 1 };

function lineOf({ lineStarts }: Source, offset: number): number {
  const isOn = (line: number) =>
    (lineStarts[line - 1] ?? 0) <= offset && offset < (lineStarts[line] ?? Number.POSITIVE_INFINITY);
  if (lastAsked.lineStarts === lineStarts) {
    if (isOn(lastAsked.line)) return lastAsked.line;
    if (lastAsked.line < lineStarts.length && isOn(lastAsked.line + 1)) {
      lastAsked.line += 1;
      return lastAsked.line;
    }
  }
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  lastAsked.lineStarts = lineStarts;
  lastAsked.line = low + 1;
  return low + 1;
}

/** The text of a line (counted from 1) without its line break; empty when there is no such line. */
export function lineText(source: Source, line: number): string {
  const start = source.lineStarts[line - 1];
  return start === undefined ? '' : source.text.slice(start, endOfLine(source, line));
}

/** Offset at which the line of `offset` ends, before its line break. */
export function lineEnd(source: Source, offset: number): number {
  return endOfLine(source, lineOf(source, offset));
}

/** Looks at no more than the line's end: there are files of one line with a hundred thousand values. */
function endOfLine({ text, lineStarts }: Source, line: number): number {
  const next = lineStarts[line];
  if (next === undefined) return text.length;
  return text[next - 2] === '\r' && next - 2 >= (lineStarts[line - 1] ?? 0) ? next - 2 : next - 1;
}

/** The text of a span. */
export function spanText(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}

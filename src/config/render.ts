import { relative } from 'node:path';
import type { Measure } from '../common/fit-text.ts';
import { safeLine, safeText } from '../common/terminal-text.ts';
import { isNote } from './effectless.ts';
import { frame, type Pens } from './frame.ts';
import type { Position, Problem } from './problem.ts';

/** How problems are shown. */
export interface RenderOptions {
  /** Whether to colour with ANSI escapes. */
  readonly color: boolean;
  /** Paths below this directory are shown relative to it. Default: the working directory of the process. */
  readonly directory?: string;
  /** What the problems are. Default: errors. */
  readonly severity?: 'error' | 'warning';
  /** How many are shown before the rest is only counted. Default: 20. */
  readonly limit?: number;
  /** Measures the lines of the sources. */
  readonly widthOf: Measure;
}

/**
 * Problems as a person reads them: place, sentence, the lines around it with the token marked, and the fix.
 * `sources` are the texts by path that loading returned; a problem of another file is shown without its lines.
 */
export function renderProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  const limit = options.limit ?? 20;
  const blocks = problems.slice(0, limit).map((problem) => renderProblem(problem, sources, options));
  const rest = problems.length - limit;
  if (rest > 0) blocks.push(`and ${rest} more ${rest === 1 ? 'problem' : 'problems'}\n`);
  return blocks.join('\n');
}

function renderProblem(
  problem: Problem,
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  const severity = options.severity ?? 'error';
  const paint = painter(options.color);
  const loud = severity === 'error' ? paint('1;31') : paint('1;33');
  const strong = paint('1');
  const pens: Pens = { dim: paint('2'), mark: loud };
  const { widthOf } = options;
  const where = strong(placeText(problem, options));
  const lines = [`${where} ${loud(`${severity}[${problem.code}]`)} ${strong(safeLine(problem.message))}`];
  // There is nothing to be seen in what has no effect, and old files are full of it.
  if (!isNote(problem))
    lines.push(
      ...frameOf(problem, sources, { pencil: '^', label: labelOf(problem), around: 1, pens, widthOf }),
    );
  for (const place of problem.related ?? []) {
    lines.push(`  ${paint('36')(placeText(place, options))} ${safeLine(place.label)}`);
    const other = { ...pens, mark: paint('36') };
    lines.push(
      ...frameOf(place, sources, { pencil: '~', label: undefined, around: 0, pens: other, widthOf }),
    );
  }
  if (problem.hint !== undefined) lines.push(`  ${paint('1;32')('hint:')} ${safeText(problem.hint)}`);
  return `${lines.join('\n')}\n`;
}

function frameOf(
  place: Position,
  sources: ReadonlyMap<string, string>,
  options: Parameters<typeof frame>[2],
): string[] {
  const text = sources.get(place.file);
  if (text === undefined || text === '') return [];
  return frame(text, place, options);
}

function labelOf({ label }: Problem): string | undefined {
  return label === undefined ? undefined : safeLine(label);
}

function placeText(place: Position, options: RenderOptions): string {
  const path = relative(options.directory ?? process.cwd(), place.file);
  const shown = path.startsWith('..') || path === '' ? place.file : path;
  return `${safeLine(shown)}:${place.line}:${place.column}`;
}

function painter(color: boolean): (code: string) => (text: string) => string {
  return (code) => (text) => (color ? `\u001B[${code}m${text}\u001B[0m` : text);
}

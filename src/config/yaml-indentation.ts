import { lineText, type Source, type Span } from './source.ts';
import { quote } from './tree.ts';
import type { Explanation } from './yaml-syntax.ts';

/** Explains a line (counted from 1) whose indentation fits no line above it: which ones it could have. */
export function misaligned(source: Source, line: number): Explanation {
  const text = lineText(source, line);
  const indent = indentOf(text);
  const start = (source.lineStarts[line - 1] ?? 0) + indent;
  const word = /^- .*|^[^:]*/.exec(text.slice(indent))?.[0].trimEnd() ?? '';
  const rest: Span = { source, start, end: start };
  const depths = depthsAbove(source, line);
  const deeper = depths.findLast(({ depth }) => depth > indent);
  const flatter = depths.find(({ depth }) => depth < indent);
  const choices = [deeper, flatter].filter((choice) => choice !== undefined);
  const [first, second] = choices.map(({ depth, line: above }) => `${spaces(depth)} as in line ${above}`);
  return {
    span: { ...rest, end: start + word.length },
    message: `the indentation of ${quote(word)} fits no line above it`,
    label: spaces(indent),
    hint: first === undefined ? undefined : `give it ${first}${second === undefined ? '' : `, or ${second}`}`,
  };
}

/** The indentations that a line could take part in, from the deepest outwards. */
function depthsAbove(source: Source, line: number): { depth: number; line: number }[] {
  const found: { depth: number; line: number }[] = [];
  for (let above = line - 1; above >= 1; above--) {
    const text = lineText(source, above);
    const depth = indentOf(text);
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    if (depth < (found.at(-1)?.depth ?? Number.POSITIVE_INFINITY)) found.push({ depth, line: above });
  }
  return found;
}

function spaces(count: number): string {
  return count === 1 ? '1 space' : `${count} spaces`;
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

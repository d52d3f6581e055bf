import { finderOf } from '../common/secrets/known-values.ts';
import { tellsSecret } from '../common/secrets/secret-name.ts';
import { merged, secretParts } from '../common/secrets/secret-parts.ts';
import { isHarmless, type Part } from '../common/secrets/secret-value.ts';
import type { Problem } from './problem.ts';
import { lineEnd, type Source } from './source.ts';

/**
 * A file's text with its secrets hidden sign by sign, so that lines and columns stay: what `secretParts` finds, and
 * values of keys whose name tells so, whether or not the file can be parsed. `shown` are problems whose marked token is
 * seen nevertheless: it is a variable, and what is wrong with it.
 */
export function veiled(source: Source, parts: readonly Part[], shown: readonly Problem[]): string {
  const { text, lineStarts } = source;
  const hidden = replaced(text, parts, (part) => part.replace(/\S/g, '*'));
  const seen = shown.map(({ line, column, length }) => {
    const start = (lineStarts[line - 1] ?? 0) + column - 1;
    return { start, end: Math.min(start + length, text.length) };
  });
  return replaced(hidden, merged(seen), (_, { start, end }) => text.slice(start, end));
}

/** A text with other words in place of parts of it, which are in order. */
function replaced(text: string, parts: readonly Part[], other: (text: string, part: Part) => string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const part of parts) {
    pieces.push(text.slice(at, part.start), other(text.slice(part.start, part.end), part));
    at = part.end;
  }
  return [...pieces, text.slice(at)].join('');
}

/** The secret parts of a YAML file's text, in order. */
export function secretsOfFile(source: Source): readonly Part[] {
  const { text } = source;
  const declared = declaredSecrets(source);
  const isOwn = (at: number) => declared.some(({ start, end }) => start <= at && at < end);
  const byName = [...text.matchAll(SETTING)].flatMap((match) => {
    const name = match.groups?.['name'] ?? '';
    // Compose's word for a list of names.
    if (name === 'secrets' || !(tellsSecret(name) || (name === 'content' && isOwn(match.index)))) return [];
    const quote = match[0].endsWith('=') ? match.groups?.['quote'] : '';
    const part = valueBehind(source, match.index + match[0].length, match.index, quote ?? '');
    const value = text.slice(part.start, part.end).trim();
    return isHarmless(value) || /^\*\w/.test(value) ? [] : [part];
  });
  return merged([...secretParts(text), ...byName]);
}

/**
 * The secrets to hide in words about a file: of those that the words have, all but those that its veiled text shows in
 * another place anyway.
 */
export function secretsToHide(
  { text }: Source,
  parts: readonly Part[],
  shown: string,
  words: string,
): readonly string[] {
  const secrets = new Set(parts.map(({ start, end }) => text.slice(start, end).trim()));
  return finderOf(secrets)(words).filter((secret) => !shown.includes(secret));
}

/** `name: value` and `name=value` where an entry begins; also with the blank forgotten. */
const SETTING =
  /(?:^[ \t]{0,200}(?:-[ \t]{1,20}){0,4}|[[{,][ \t]{0,20})(?:\?[ \t])?(?<quote>["']?)(?<name>[A-Za-z_][\w./-]{0,120})(?:["']?:(?!\/)|=)/gm;

/** Where secrets are declared, whose contents may stand there: behind each key `secrets` what is further in than it. */
function declaredSecrets(source: Source): readonly Part[] {
  const { text } = source;
  return [...text.matchAll(/(?:^[ \t]{0,200}|[{,][ \t]{0,20})["']?secrets["']?[ \t]{0,20}:/gm)].map(
    ({ index }) => {
      const start = lineEnd(source, index);
      return { start: index, end: below(source, start, index, true).end };
    },
  );
}

/** A value that begins behind its key: in quotes, in brackets, in a block below, or up to a comment. */
function valueBehind(source: Source, after: number, keyAt: number, within: string): Part {
  const { text } = source;
  if (within !== '') return { start: after, end: closing(text, after, within) };
  const start = after + (/^[ \t]*(?:[!&]\S*[ \t]+)*/.exec(text.slice(after, after + 500))?.[0].length ?? 0);
  const quote = text[start];
  if (quote === '"' || quote === "'") return { start: start + 1, end: closing(text, start + 1, quote) };
  const end = lineEnd(source, start);
  const rest = text.slice(start, end);
  // A mapping has keys of its own, which tell.
  if (/^\{[^}]*:/.test(rest)) return { start, end: start };
  const bracket = /^[[{][^[\]{}]*/.exec(rest)?.[0];
  if (bracket !== undefined) return { start: start + 1, end: start + bracket.length };
  if (/^(?:[|>][-+\d]*)?[ \t]*(?:#.*)?$/.test(rest))
    return below(source, end, keyAt, rest.startsWith('|') || rest.startsWith('>'));
  const line =
    text
      .slice(Math.max(0, start - 500), start)
      .split('\n')
      .at(-1) ?? '';
  const isWithin = /[{[][^}\]]*$/.test(line);
  const stop = (isWithin ? /[,}\]]|[ \t]#/ : /[ \t]#/).exec(rest);
  return { start, end: start + (stop?.index ?? rest.length) };
}

function closing(text: string, from: number, quote: string): number {
  const pattern = quote === '"' ? /(?:[^"\\]|\\[\s\S]){0,65536}/y : /(?:[^']|''){0,65536}/y;
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

/** The lines below that are further in than their key; where they are no block, only those that are plain text. */
function below(source: Source, end: number, keyAt: number, isBlock: boolean): Part {
  const { text } = source;
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const own = indentOf(text.slice(text.lastIndexOf('\n', keyAt - 1) + 1, lineEnd(source, keyAt)));
  let to = end;
  while (to < text.length) {
    const stop = lineEnd(source, to + 1);
    const line = text.slice(to + 1, stop);
    if (line.trim() !== '' && indentOf(line) <= own) break;
    if (!isBlock && /^\s*(?:#|(?:-\s+)?["']?[\w./-]+["']?\s*:(?:\s|$))/.test(line)) break;
    if (stop <= to) break;
    to = stop;
  }
  return { start: end, end: to };
}

import { Composer, CST, type Document, Lexer, Parser } from 'yaml';
import { type Problem, problemAt } from './problem.ts';
import type { Source } from './source.ts';
import { MAX_DEPTH, MAX_PIECES, tooManyLevels, tooManyPieces } from './tree-problems.ts';
import { Depth } from './yaml-depth.ts';

/** What the lexer puts between the pieces of the text, to say what comes. */
const LEXER_MARKS: readonly string[] = ['\u0002', '\u0018', '\u001F'];

/**
 * The documents of a file as they were parsed, with the errors of their syntax; or where values within values go deeper
 * than anybody means, or where there are more of them than a machine has room for. The parser takes far longer for each level, and calls itself until it cannot any more: levels and
 * pieces are counted on its way, before it composes anything.
 */
export function documentsOf(source: Source): readonly Document.Parsed[] | Problem {
  const composer = new Composer({
    version: '1.2',
    merge: true,
    // Found by the tree instead, which knows both places.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const pieces: CST.Token[] = [];
  const deep = collect(source, pieces);
  if (deep !== undefined) return deep;
  return [...composer.compose(pieces)] as readonly Document.Parsed[];
}

function collect(source: Source, pieces: CST.Token[]): Problem | undefined {
  const parser = new Parser();
  const depth = new Depth();
  let at = 0;
  let count = 0;
  for (const token of new Lexer().lex(source.text)) {
    if (token.length > 1 || !LEXER_MARKS.includes(token)) {
      if (depth.at(token, CST.tokenType(token)) > MAX_DEPTH)
        return problemAt({ source, start: at, end: at + token.length }, [], tooManyLevels);
      count += 1;
      if (count > MAX_PIECES)
        return problemAt({ source, start: at, end: at + token.length }, [], tooManyPieces);
      at += token.length;
    }
    for (const piece of parser.next(token)) pieces.push(piece);
  }
  for (const piece of parser.end()) pieces.push(piece);
  return undefined;
}

import { CST, Lexer } from 'yaml';
import { type Problem, problemAt } from './problem.ts';
import type { Source } from './source.ts';
import { MAX_DEPTH, tooManyLevels } from './tree-problems.ts';

/** What the lexer puts between the pieces of the text, to say what comes. */
const LEXER_MARKS: readonly string[] = ['\u0002', '\u0018', '\u001F'];

/**
 * Where values within values go deeper than anybody means; undefined where none do. The parser takes far longer for
 * each level, and calls itself until it cannot any more.
 */
export function tooDeep(source: Source): Problem | undefined {
  const depth = new Depth();
  let at = 0;
  for (const token of new Lexer().lex(source.text)) {
    if (LEXER_MARKS.includes(token)) continue;
    if (depth.at(token) > MAX_DEPTH)
      return problemAt({ source, start: at, end: at + token.length }, [], tooManyLevels);
    at += token.length;
  }
  return undefined;
}

/** How deep the pieces of a text lie, at most: lines that are indented more and more, brackets, and dashes of one line. */
class Depth {
  /** Indentations of the lines that the current one lies below, its own included. */
  readonly #indents: number[] = [];
  #brackets = 0;
  #dashes = 0;
  #indent = 0;
  #isLineStart = true;

  at(token: string): number {
    const type = CST.tokenType(token);
    if (type === 'newline') {
      this.#isLineStart = true;
      this.#indent = 0;
      this.#dashes = 0;
    } else if (type === 'space' && this.#isLineStart) {
      this.#indent = token.length;
    } else if (type !== 'comment' && type !== 'space') {
      if (this.#isLineStart && this.#brackets === 0) this.#beginLine();
      this.#isLineStart = false;
      if (type === 'flow-map-start' || type === 'flow-seq-start') this.#brackets += 1;
      else if (type === 'flow-map-end' || type === 'flow-seq-end') this.#brackets -= 1;
      else if (type === 'seq-item-ind' || type === 'explicit-key-ind') this.#dashes += 1;
    }
    return this.#indents.length + Math.max(0, this.#brackets) + this.#dashes;
  }

  #beginLine(): void {
    while ((this.#indents.at(-1) ?? -1) >= this.#indent) this.#indents.pop();
    this.#indents.push(this.#indent);
  }
}

import { CST, Lexer } from 'yaml';
import { oddCharacter, UNSEEN } from './odd-characters.ts';
import { type Problem, problemAt } from './problem.ts';
import type { Source } from './source.ts';

/** What the lexer puts before plain words and blocks of text. */
const SCALAR = '\u001F';

/** What else it puts between the pieces of the text. */
const MARKS: readonly string[] = ['\u0002', '\u0018'];

/** So many are told. */
const MAX_TOLD = 20;

/**
 * Characters that nobody sees where a plain word begins or ends: meant as blanks, or not meant at all. YAML takes them for
 * a part of the word, and whatever is said about that word or its indentation explains nothing.
 */
export function unseenCharacters(source: Source): readonly Problem[] {
  if (!UNSEEN.test(source.text)) return [];
  const problems: Problem[] = [];
  let at = 0;
  let isText = false;
  let isWord = false;
  for (const token of new Lexer().lex(source.text)) {
    if (token === SCALAR) isWord = !isText;
    if (token === SCALAR || MARKS.includes(token)) continue;
    if (isWord) problems.push(...edgesOf(source, at, token));
    const type = CST.tokenType(token);
    // A block begins below its header, behind a comment perhaps.
    if (type === 'block-scalar-header') isText = true;
    else if (type !== 'comment' && type !== 'space' && type !== 'newline') isText = false;
    isWord = false;
    at += token.length;
    if (problems.length >= MAX_TOLD) break;
  }
  return problems;
}

/** The first such character of each line of a word: where nobody sees the indentation, a word goes on over lines. */
function edgesOf(source: Source, at: number, word: string): readonly Problem[] {
  return [...word.matchAll(/[^ \t\r\n].*/g)].flatMap(({ 0: line, index }) => {
    const end = line.replace(/[ \t\r]+$/, '');
    const offset = [0, end.length - 1].find((edge) => UNSEEN.test(end[edge] ?? ''));
    if (offset === undefined) return [];
    const start = at + index + offset;
    return [problemAt({ source, start, end: start + 1 }, [], oddCharacter(line[offset] ?? ''))];
  });
}

import type { ProblemFacts } from './problem.ts';
import { positionOf, type Source, type Span } from './source.ts';

/** Characters that editors, chats and web pages put in the place of those that YAML knows. */
interface Kind {
  /** What they are taken for; empty where they are better removed. */
  readonly sign: string;
  readonly characters: string;
  /** What each of them is. */
  readonly is: string;
}

const PART = 'which is part of a word to YAML';

const KINDS: readonly Kind[] = [
  { sign: '"', characters: '“”„‟«»″＂', is: 'a typographic quote, which quotes nothing in YAML' },
  { sign: "'", characters: '‘’‚‛′´＇', is: 'a typographic quote, which quotes nothing in YAML' },
  { sign: ' ', characters: '\u00A0\u202F\u2007', is: `a no-break space, ${PART}` },
  {
    sign: ' ',
    characters: '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200A\u205F\u3000',
    is: `a space of another width, ${PART}`,
  },
  { sign: '', characters: '\u200B\u200C\u200D\u2060\u00AD', is: `an invisible character, ${PART}` },
  { sign: '', characters: '\uFEFF', is: 'a byte order mark, which belongs at the beginning of a file' },
  {
    sign: '',
    characters: '\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069',
    is: `an invisible mark for the direction of text, ${PART}`,
  },
  { sign: '\n', characters: '\u0085\u2028\u2029', is: 'a line break that YAML does not know' },
  { sign: ':', characters: '：∶꞉', is: `a colon of another script, ${PART}` },
  { sign: '-', characters: '‐‑‒–—−－', is: `a dash of another kind, ${PART}` },
  { sign: ',', characters: '，、', is: `a comma of another script, ${PART}` },
];

const BY_CHARACTER = new Map(
  KINDS.flatMap((kind) => [...kind.characters].map((one) => [one, kind] as const)),
);
const ODD = new RegExp(`[${[...BY_CHARACTER.keys()].join('')}]`);
/** Characters that show nothing, or a blank, and are neither blank nor indentation to YAML. */
export const UNSEEN = new RegExp(
  `[${[...BY_CHARACTER].flatMap(([one, { sign }]) => (sign.trim() === '' ? [one] : [])).join('')}]`,
);

/** What YAML allows nowhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const CONTROL = /[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]/g;

/** Of one kind of fault so many are told. */
const MAX_TOLD = 20;

/** A word is looked at so far, in UTF-16 units. */
const MAX_WORD = 200;

/** Whether a problem is about how something is written, so that a character that looks like another may be its cause. */
function isAboutSpelling(code: string): boolean {
  return /^(bad-|unknown-)|^(ambiguous-port|wrong-type|relative-path|undeclared-volume|yaml-syntax)$/.test(
    code,
  );
}

/**
 * The cause of a problem where the word it marks holds a character that looks like another, or like nothing; undefined
 * where it does not.
 */
export function oddCause(span: Span, code: string): { span: Span; facts: ProblemFacts } | undefined {
  if (!isAboutSpelling(code) || span.end <= span.start) return undefined;
  const { text } = span.source;
  // The word around it: what is marked may be the part behind a quote.
  let from = span.start;
  while (from > 0 && span.start - from < MAX_WORD && !/[ \t\r\n]/.test(text[from - 1] ?? '')) from -= 1;
  const found = ODD.exec(text.slice(from, span.end));
  if (found === null) return undefined;
  const start = from + found.index;
  return { span: { source: span.source, start, end: start + 1 }, facts: oddCharacter(found[0]) };
}

/** A character that looks like another one, or like nothing. */
export function oddCharacter(character: string): ProblemFacts {
  const { is = '', sign = '' } = BY_CHARACTER.get(character) ?? {};
  const code = codePoint(character);
  const shown = UNSEEN.test(character) ? code : `${character} (${code})`;
  return { code: 'odd-character', message: `${shown} is ${is}`, hint: remedy(sign) };
}

/** The control characters of a file, the first of each line. */
export function controlCharacters(source: Source): readonly { span: Span; facts: ProblemFacts }[] {
  const found: { span: Span; facts: ProblemFacts }[] = [];
  let line = 0;
  for (const { 0: character, index } of source.text.matchAll(CONTROL)) {
    const own = positionOf(source, index).line;
    if (own === line) continue;
    line = own;
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const inQuotes = hex.length > 2 ? `\\u${hex}` : `\\x${hex}`;
    found.push({
      span: { source, start: index, end: index + 1 },
      facts: {
        code: 'control-character',
        message: `the control character ${codePoint(character)} cannot stand in YAML`,
        hint: `remove it; within double quotes it is ${inQuotes}`,
      },
    });
    if (found.length === MAX_TOLD) break;
  }
  return found;
}

function remedy(sign: string): string {
  switch (sign) {
    case '':
      return 'remove it';
    case ' ':
      return 'write an ordinary space, or put the value in quotes if this is meant';
    case '\n':
      return 'begin a new line, or put the value in quotes if this is meant';
    default:
      return `write ${sign} instead, or put the value in quotes if this is meant`;
  }
}

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

import { tellsSecret } from './secret-name.ts';

/**
 * What ends a value that stands without quotes. `word`: blanks, `;`, and what begins the next setting; `item`: what ends
 * an item of JSON; `setting`: `;`; `line`: a quote. The end of the line ends each.
 */
export type ValueEnd = 'word' | 'item' | 'setting' | 'line';

/** From where to where a value is, as offsets; `end` is exclusive. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** Longer ones are cut: what comes behind is no value any more. */
const LONGEST = 16_384;

/** The value that begins at an offset, without its quotes. One whose quote is never closed goes to the end of its line. */
export function valueAt(text: string, at: number, upTo: ValueEnd): Part {
  const opening = /\\{0,8}["'`]/y;
  opening.lastIndex = at;
  const quote = upTo === 'line' ? undefined : opening.exec(text)?.[0];
  if (quote !== undefined)
    return { start: at + quote.length, end: closingAt(text, at + quote.length, quote) };
  const end = ENDS[upTo];
  end.lastIndex = at;
  return { start: at, end: at + (end.exec(text)?.[0].length ?? 0) };
}

/** Whether what stands there hides nothing: it only names a variable, or says yes or no. */
export function isHarmless(value: string): boolean {
  if (/^(true|false|yes|no|on|off|none|null|nil|undefined|[,;}\])]*)$/i.test(value)) return true;
  const variable = /^\$\$?(?:\{(\w+)(?::?\?[^}]*)?\}|(\w+)|\()/.exec(value);
  if (variable === null) return false;
  const [whole, braced, bare] = variable;
  // What the shell puts there itself; and `$ecret` may be one.
  if (braced === undefined && bare === undefined) return true;
  return whole.length === value.length && (braced !== undefined || tellsSecret(bare ?? ''));
}

/** Whether it looks as if a machine had made it, and is no word of a sentence. */
export function isByChance(value: string): boolean {
  if (value.length < 8 || /^\w+="/.test(value)) return false;
  const isMixed = /\d/.test(value) || (/[a-z]/.test(value) && /.[A-Z]/.test(value));
  return isMixed || value.length >= 24;
}

const ENDS: Readonly<Record<ValueEnd, RegExp>> = {
  // A quote in the middle belongs to it, as do & and , unless another setting follows.
  word: /(?:[^\s;"'`&,]|["'`](?![\s,;:)\]}]|$)|&(?![\w.-]{1,80}=|&|\s|$)|,(?![\w.-]{1,80}=|\s|$)){0,16384}/y,
  item: /[^\s,}\]"']{0,16384}/y,
  setting: /[^;"'\r\n]{0,16384}/y,
  line: /[^"'\r\n]{0,16384}/y,
};

/** Where a quote is closed: by the same with as many backslashes in front, no more and no fewer. */
function closingAt(text: string, from: number, quote: string): number {
  const line = text.indexOf('\n', from);
  const last = Math.min(line < 0 ? text.length : line, from + LONGEST);
  const backslashes = quote.length - 1;
  for (let at = from; at < last; at += 1) {
    if (text[at] !== quote.at(-1)) continue;
    let before = 0;
    while (at - before > from && text[at - before - 1] === '\\') before += 1;
    if (before === backslashes) return at - before;
  }
  return last;
}

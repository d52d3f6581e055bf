import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** Loaded with the first expression: its tables are memory in every pod that has an agent, and few bridges have one. */
const re2 = (): typeof import('re2js') => require('re2js');

/** Longest regular expression, characters: it is written by hand. */
const MAX_LENGTH = 1024;
/** What a regular expression may become: `a{1000}` is a thousand instructions, and each costs memory in the agent. */
const MAX_INSTRUCTIONS = 10_000;

/** A regular expression of RE2, which takes linear time whatever it is given. */
export interface RegularExpression {
  /** Whether it is found anywhere in a text. */
  isIn(text: string): boolean;
}

/** Errors: a `RangeError` or an error of the library, with what is wrong; `regexFault` tells beforehand. */
export function regularExpression(text: string): RegularExpression {
  if (text.length > MAX_LENGTH) throw new RangeError(`it is longer than ${MAX_LENGTH} characters`);
  const compiled = re2().RE2JS.compile(text);
  if (compiled.programSize() > MAX_INSTRUCTIONS)
    throw new RangeError(`it is too large: with its repetitions it has more than ${MAX_INSTRUCTIONS} steps`);
  return { isIn: (searched) => compiled.test(searched) };
}

/** What is wrong with a regular expression, in words; undefined = nothing. */
export function regexFault(text: string): string | undefined {
  try {
    regularExpression(text);
    return undefined;
  } catch (error) {
    if (error instanceof re2().RE2JSException)
      return error.message.replace(/^error parsing regexp: /, '').replace(/(`[^`]{100}).+$/s, '$1…`');
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

import { type Fault, isFault } from './fault.ts';
import { quote } from './tree.ts';

/** Words for a kind of quantity. */
export interface QuantityWords {
  /** Code of what is wrong with one, e.g. `bad-size`. */
  readonly code: string;
  /** What it is called, e.g. `size`. */
  readonly noun: string;
  /** One that is right, e.g. `64m`. */
  readonly example: string;
}

/**
 * What is wrong with a number and its unit before either is looked at: nothing stands there, it is negative, or it has
 * spaces in it; undefined when it is none of these. `parse` reads it without the spaces, for the hint.
 */
export function quantityFault(
  text: string,
  { code, noun, example }: QuantityWords,
  parse: (text: string) => object,
): Fault | undefined {
  if (text === '')
    return { code, from: 0, to: 0, message: `the ${noun} is empty`, hint: `write, for example, ${example}` };
  if (text.startsWith('-')) {
    const message = `a ${noun} cannot be negative: ${quote(text)}`;
    return { code, from: 0, to: text.length, message, hint: `write ${text.slice(1)}` };
  }
  const space = /\s+/.exec(text);
  if (space === null) return undefined;
  const joined = text.replace(/\s+/g, '');
  const rest = parse(joined);
  return {
    code,
    from: space.index,
    to: space.index + space[0].length,
    message: `the ${noun} ${quote(text)} contains a space`,
    hint: (isFault(rest) ? rest.hint : undefined) ?? `write ${joined}`,
  };
}

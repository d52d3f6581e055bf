import { quote } from '../tree.ts';
import { type Reading, textIn, type Value } from './reading.ts';

/**
 * Reads permission bits, which must be spelled in octal: `0o1777`, `01777`, or either in quotes. A number that begins
 * with another digit is refused, because programs disagree on whether it is octal.
 */
export function readFileMode(value: Value | undefined, reading: Reading): number | undefined {
  const text = textIn(value);
  if (value === undefined || text === undefined) return undefined;
  const digits = /^0o?([0-7]{1,4})$/.exec(text)?.[1];
  if (digits !== undefined) return Number.parseInt(digits, 8);
  const octal = /^[0-7]{3,4}$/.test(text);
  reading.report(value, {
    code: 'bad-mode',
    message: octal
      ? `the mode ${text} could be read as octal or as decimal`
      : `${quote(text)} is no file mode`,
    hint: octal ? `write 0o${text}` : 'write permission bits in octal, for example 0o1777',
  });
  return undefined;
}

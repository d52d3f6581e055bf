import { quote } from '../tree.ts';
import { type Reading, stringIn, type Value } from './reading.ts';

/** Reads `USER[:GROUP]`; undefined when nothing is said. */
export function readUser(value: Value | undefined, reading: Reading): string | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined || /^[^\s:]+(:[^\s:]+)?$/.test(text)) return text;
  reading.report(value, {
    code: 'bad-user',
    message: text === '' ? 'the user is empty' : `${quote(text)} is not of the form USER or USER:GROUP`,
    hint:
      text === '' ? 'remove it to use the image’s own' : 'names or ids without spaces, for example 1000:1000',
  });
  return undefined;
}

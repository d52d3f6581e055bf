import { quote } from '../tree.ts';
import { type Reading, stringIn, type Value } from './reading.ts';

/** Reads `USER[:GROUP]`; undefined when nothing is said. */
export function readUser(value: Value | undefined, reading: Reading): string | undefined {
  const text = withoutOpenEnd(stringIn(value), value);
  if (value === undefined || text === undefined || /^[^\s:]+(:[^\s:]+)?$/.test(text)) return text;
  reading.report(value, {
    code: 'bad-user',
    message: text === '' ? 'the user is empty' : `${quote(text)} is not of the form USER or USER:GROUP`,
    hint:
      text === '' ? 'remove it to use the image’s own' : 'names or ids without spaces, for example 1000:1000',
  });
  return undefined;
}

/** `${UID}:${GID}` without one or both of them: what is not there is the image's own, as for the engine. */
function withoutOpenEnd(text: string | undefined, value: Value | undefined): string | undefined {
  if (value?.node.kind !== 'scalar' || value.node.template === undefined) return text;
  const shorter = text?.replace(/:$/, '');
  return shorter === '' ? undefined : shorter;
}

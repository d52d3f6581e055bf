import type { Field } from '../http1/request-head.ts';
import { meantText, percentDecoded } from './text.ts';

/** Name and value of a member of baggage, a cookie or a parameter. */
export type Pair = readonly [name: string, value: string];

/** The values of all headers of a name, which is in lower case. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  const values: string[] = [];
  for (const field of fields)
    if (field.name.length === name.length && field.name.toLowerCase() === name) values.push(field.value);
  return values;
}

/** The members of W3C baggage, over all of its headers, in their order; percent-decoded, without their properties. */
export function baggageOf(fields: readonly Field[]): readonly Pair[] {
  return valuesOf(fields, 'baggage')
    .flatMap((line) => line.split(','))
    .flatMap((member) => pairIn(member.split(';', 1)[0] ?? ''))
    .map(([name, value]) => [name, percentDecoded(meantText(value))]);
}

/** The cookies of all `Cookie` headers, in their order, as they were sent but for quotes around a value. */
export function cookiesOf(fields: readonly Field[]): readonly Pair[] {
  return valuesOf(fields, 'cookie')
    .flatMap((line) => line.split(';'))
    .flatMap((cookie) => pairIn(cookie))
    .map(([name, value]) => [name, meantText(/^"(.*)"$/s.exec(value)?.[1] ?? value)]);
}

/** Nothing where there is no `=`, or no name before it. */
function pairIn(text: string): Pair[] {
  const at = text.indexOf('=');
  const name = at === -1 ? '' : text.slice(0, at).trim();
  return name === '' ? [] : [[name, text.slice(at + 1).trim()]];
}

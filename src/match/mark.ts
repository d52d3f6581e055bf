import type { Field, RequestHead } from '../http1/request-head.ts';
import { baggageOf, cookiesOf, valuesOf } from './pairs.ts';

/** The header that marks a request, in lower case. */
export const MARK_HEADER = 'x-gefyra-devenv';

/** The member of W3C baggage, the cookie and the parameter of a link that mark a request. */
export const MARK_NAME = 'gefyra-devenv';

/** Whether a text can be the name in a mark: it must stand in a header, in baggage, in a cookie and in a link as it is. */
export function isMarkName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text);
}

/**
 * The name a request is marked with: the header's, else that of the member of baggage, else the cookie's. Of several of a
 * kind it is the first, so that a request has one name; what can be no name is passed over.
 */
export function markOf({ fields }: RequestHead): string | undefined {
  return headerMark(fields) ?? baggageMark(fields) ?? cookieMark(fields);
}

/** The name that a request has by its cookie, whatever else it is marked with. */
export function cookieMark(fields: readonly Field[]): string | undefined {
  return hasWord(fields, 'cookie') ? cookiesOf(fields).flatMap(markIn)[0] : undefined;
}

/**
 * The header that a request needs when it goes on, so that programs which pass baggage along pass its mark: undefined
 * unless it is marked by its cookie alone.
 */
export function markToAdd({ fields }: RequestHead): Field | undefined {
  const isInBaggage = hasWord(fields, 'baggage') && baggageOf(fields).some(([name]) => name === MARK_NAME);
  if (isInBaggage || headerMark(fields) !== undefined) return undefined;
  const mark = cookieMark(fields);
  return mark === undefined ? undefined : { name: 'baggage', value: `${MARK_NAME}=${mark}` };
}

/** A proxy may have joined several headers with commas. */
function headerMark(fields: readonly Field[]): string | undefined {
  return valuesOf(fields, MARK_HEADER)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .find(isMarkName);
}

function baggageMark(fields: readonly Field[]): string | undefined {
  return hasWord(fields, 'baggage') ? baggageOf(fields).flatMap(markIn)[0] : undefined;
}

/** Most requests have no mark, and none of them is taken apart for it. */
function hasWord(fields: readonly Field[], name: 'baggage' | 'cookie'): boolean {
  return valuesOf(fields, name).some((value) => value.includes(MARK_NAME));
}

function markIn([name, value]: readonly [string, string]): string[] {
  return name === MARK_NAME && isMarkName(value) ? [value] : [];
}

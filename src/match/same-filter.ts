import { isDeepStrictEqual } from 'node:util';
import type { Filter } from './filter.ts';

/** Whether two filters are spelled alike, alternative by alternative: two that are take the same requests. */
export function sameFilter(one: Filter | undefined, other: Filter | undefined): boolean {
  return isDeepStrictEqual(spelled(one), spelled(other));
}

/** Without fields that are there and undefined, which a decoded filter has not. */
function spelled(filter: Filter | undefined): unknown {
  return filter === undefined ? null : JSON.parse(JSON.stringify(filter));
}

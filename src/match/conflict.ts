import type { Alternative, Filter } from './filter.ts';
import { isApart, isSurelyApart, isWithin, keyOf } from './nesting.ts';

/**
 * How two claims on one port stand to each other; undefined = the port is for both, and nobody need be told.
 *
 * `conflict`: nothing says who gets a request. Two claims of the whole port, or two of whose alternatives one asks the same
 * of a request as the other, with equal or narrower values, so that every request of it is also the other's. Where one asks
 * more it gets what it asks for, and that is no conflict; neither is a claim with `match` beside one of the whole port.
 *
 * `overlap`: there are requests that both would take; the one that asks more of them gets them, else the older.
 */
export function conflictBetween(
  one: Filter | undefined,
  other: Filter | undefined,
): 'conflict' | 'overlap' | undefined {
  if (one?.match === undefined || other?.match === undefined)
    return one?.match === other?.match ? 'conflict' : undefined;
  const pairs = takenOf(one).flatMap((mine) => takenOf(other).map((yours) => ({ mine, yours })));
  const conflicts = pairs.some(
    ({ mine, yours }) =>
      (isTakenBy(mine, yours) && staysTaken(mine, one, other)) ||
      (isTakenBy(yours, mine) && staysTaken(yours, other, one)),
  );
  if (conflicts) return 'conflict';
  const excepted = [...one.except, ...other.except];
  const overlaps = pairs.some(
    ({ mine, yours }) =>
      !areApart(mine, yours, isApart) && !excepted.some((except) => implies([...mine, ...yours], except)),
  );
  return overlaps ? 'overlap' : undefined;
}

/** Whether a filter takes no request whatever, since it excepts all that it matches. */
export function takesNothing(filter: Filter): boolean {
  return filter.match !== undefined && takenOf(filter).length === 0;
}

/** The alternatives that take something. */
function takenOf({ match, except }: Filter): readonly Alternative[] {
  return (match ?? []).filter((alternative) => !except.some((one) => implies(alternative, one)));
}

/** The same keys, and all of one within the other. */
function isTakenBy(narrow: Alternative, wide: Alternative): boolean {
  return narrow.every((one) => wide.some((other) => keyOf(other) === keyOf(one))) && implies(narrow, wide);
}

/** Whether what one filter takes by an alternative, another one does not except: it excepts no more than that one. */
function staysTaken(alternative: Alternative, by: Filter, other: Filter): boolean {
  return other.except.every(
    (except) =>
      areApart(alternative, except, isSurelyApart) || by.except.some((mine) => implies(except, mine)),
  );
}

/** Whether every request that holds one alternative holds the other. */
function implies(narrow: Alternative, wide: Alternative): boolean {
  return wide.every((other) => narrow.some((one) => isWithin(one, other)));
}

function areApart(one: Alternative, other: Alternative, apart: typeof isApart): boolean {
  return one.some((mine) => other.some((yours) => apart(mine, yours)));
}

import { type Alternative, type Filter, FilterFault, filterOf, takesNothing } from '../../match/index.ts';
import { ownMark } from './own-mark.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readConditions } from './request-conditions.ts';

/** Reads which requests a bridge takes; undefined = whatever arrives at its ports. */
export function readFilter(bridge: Value, reading: Reading): Filter | undefined {
  const match = under(bridge, 'match');
  const exceptions = under(bridge, 'except');
  const except = alternatives(exceptions, reading).map(({ alternative }) => alternative);
  if (match === undefined)
    return except.length === 0 ? undefined : bounded({ match: undefined, except }, exceptions, reading);
  const taken = alternatives(match, reading);
  for (const { value, alternative } of taken)
    if (takesNothing({ match: [alternative], except }))
      reading.report(value, {
        code: 'bad-match',
        message: 'this takes nothing: `except` has all of it',
        hint: 'remove one of the two',
      });
  const filter = { match: taken.map(({ alternative }) => alternative), except };
  return taken.length === 0 ? filter : bounded(filter, match, reading);
}

/** Agents read filters as input of strangers, which has bounds. */
function bounded(filter: Filter, place: Value | undefined, reading: Reading): Filter {
  try {
    filterOf(filter);
  } catch (error) {
    if (!(error instanceof FilterFault) || place === undefined) throw error;
    reading.report(place, {
      code: 'bad-match',
      message: `this is more than an agent takes: ${error.message}`,
      hint: 'a prefix or a regular expression may say the same in one',
    });
  }
  return filter;
}

/** What a bridge takes or excepts, in each of its forms; what is wrong is left out. */
function alternatives(
  value: Value | undefined,
  reading: Reading,
): { value: Value; alternative: Alternative }[] {
  if (value === undefined) return [];
  const all = value.node.kind === 'sequence' ? items(value) : [value];
  return all.flatMap((item) => {
    const alternative = stringIn(item) === undefined ? readConditions(item, reading) : mine(item, reading);
    return alternative === undefined ? [] : [{ value: item, alternative }];
  });
}

function mine(value: Value, reading: Reading): Alternative | undefined {
  const text = stringIn(value);
  if (text === 'mine') {
    const name = ownMark(value, reading);
    return name === undefined ? undefined : [{ of: 'mark', name }];
  }
  reading.report(value, {
    code: 'bad-match',
    message: `${JSON.stringify(text)} says of no request whether it is taken`,
    hint: 'write `match: mine`, or what must hold: `match: {headers: {x-user: ann}}`',
  });
  return undefined;
}

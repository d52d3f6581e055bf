import type { Alternative, Condition, Filter, PathTest, TextTest } from './filter.ts';

/** Longest text that is shown of a value, characters. */
const MAX_SHOWN = 60;

/**
 * What a filter takes, in words for people: `requests with x-user: ann, or requests marked as ann's, except /healthz`;
 * `all requests` where it takes the whole port. Long values are cut. Not safe for a terminal by itself: its values are the
 * file's, or somebody else's.
 */
export function filterText(filter: Filter | undefined): string {
  if (filter === undefined) return 'all requests';
  const { match, except } = filter;
  const taken = match === undefined ? 'all requests' : match.map(requestsText).join(', or ');
  return except.length === 0 ? taken : `${taken}, except ${except.map(exceptText).join(' and ')}`;
}

/** One alternative in words: `POST requests with x-user: ann to /items`. */
export function requestsText(alternative: Alternative): string {
  const of = <Of extends Condition['of']>(kind: Of) =>
    alternative.flatMap((condition) => (isOf(condition, kind) ? [condition] : []));
  const methods = of('method').map(({ anyOf }) => `${listed(anyOf, 'or')} `);
  const marks = of('mark').map(({ name }) => ` marked as ${name}'s`);
  const values = alternative.flatMap((condition) => ('test' in condition ? [valueText(condition)] : []));
  const paths = of('path').map(({ anyOf }) => ` to ${listed(anyOf.map(pathText), 'or')}`);
  const having = values.length === 0 ? '' : ` with ${listed(values, 'and')}`;
  return `${methods.join('')}requests${marks.join('')}${having}${paths.join('')}`;
}

function isOf<Of extends Condition['of']>(
  condition: Condition,
  kind: Of,
): condition is Extract<Condition, { readonly of: Of }> {
  return condition.of === kind;
}

/** A path alone is said by itself. */
function exceptText(alternative: Alternative): string {
  const [first, ...more] = alternative;
  return first?.of === 'path' && more.length === 0
    ? listed(first.anyOf.map(pathText), 'and')
    : requestsText(alternative);
}

function valueText({ of, name, test }: Extract<Condition, { readonly test: TextTest }>): string {
  const what = of === 'header' ? name : `${of} ${name}`;
  const equals = of === 'header' ? ':' : ' =';
  switch (test.kind) {
    case 'exists':
      return what;
    case 'exact':
      return `${what}${equals} ${shown(test.text)}`;
    case 'prefix':
      return `${what}${equals} ${shown(test.text)}…`;
    case 'regex':
      return `${what} like ${expressionText(test.text)}`;
  }
}

function pathText({ kind, text }: PathTest): string {
  switch (kind) {
    case 'below':
      return shown(text);
    case 'exact':
      return `exactly ${shown(text)}`;
    case 'regex':
      return `a path like ${expressionText(text)}`;
  }
}

function expressionText(text: string): string {
  return `/${cut(text)}/`;
}

/** In quotes where it would not be seen where it begins and ends. */
function shown(text: string): string {
  return /^[^\s"',]+$/.test(text) ? cut(text) : JSON.stringify(cut(text));
}

function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function listed(texts: readonly string[], last: 'and' | 'or'): string {
  const [end = '', ...before] = texts.toReversed();
  return before.length === 0 ? end : `${before.toReversed().join(', ')} ${last} ${end}`;
}

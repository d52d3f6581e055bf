import type { Alternative, Condition, Filter, PathTest, TextTest } from './filter.ts';
import { isMarkName } from './mark.ts';
import { regexFault } from './regular-expression.ts';

const MAX_ALTERNATIVES = 64;
const MAX_CONDITIONS = 32;
const MAX_ANY_OF = 64;
const MAX_TEXT = 4096;
/** Each of them is held against every request. */
const MAX_REGULAR_EXPRESSIONS = 64;

/** A value is no filter; the message says why. */
export class FilterFault extends Error {}

/**
 * The filter in a value that somebody else sent as JSON, with none of the fields that it does not know. Errors:
 * `FilterFault` for anything that is none, that takes nothing ever, or that is larger than filters are: 64 alternatives of
 * 32 conditions, texts of 4096 characters, 64 regular expressions.
 */
export function filterOf(value: unknown): Filter {
  const { match, except } = fieldsOf(value, 'the filter');
  const filter: Filter = {
    match: match === undefined ? undefined : list(match, 'match', 1, MAX_ALTERNATIVES, alternativeOf),
    except: except === undefined ? [] : list(except, 'except', 0, MAX_ALTERNATIVES, alternativeOf),
  };
  const expressions = [...(filter.match ?? []), ...filter.except].flat().flatMap(expressionsOf);
  if (expressions.length > MAX_REGULAR_EXPRESSIONS)
    throw new FilterFault(`more than ${MAX_REGULAR_EXPRESSIONS} regular expressions`);
  for (const expression of expressions) {
    const fault = regexFault(expression);
    if (fault !== undefined) throw new FilterFault(`a regular expression is none: ${fault}`);
  }
  return filter;
}

function alternativeOf(value: unknown): Alternative {
  return list(value, 'an alternative', 1, MAX_CONDITIONS, conditionOf);
}

function conditionOf(value: unknown): Condition {
  const fields = fieldsOf(value, 'a condition');
  const of = text(fields['of']);
  switch (of) {
    case 'header':
      return { of, name: text(fields['name']).toLowerCase(), test: textTestOf(fields['test']) };
    case 'baggage':
    case 'cookie':
    case 'query':
      return { of, name: text(fields['name']), test: textTestOf(fields['test']) };
    case 'path':
      return { of, anyOf: list(fields['anyOf'], 'the paths', 1, MAX_ANY_OF, pathTestOf) };
    case 'method':
      return { of, anyOf: list(fields['anyOf'], 'the methods', 1, MAX_ANY_OF, text) };
    case 'mark':
      return { of, name: markNameOf(fields['name']) };
    default:
      throw new FilterFault(`nothing is known of ${JSON.stringify(of.slice(0, 40))}`);
  }
}

function textTestOf(value: unknown): TextTest {
  const fields = fieldsOf(value, 'a test');
  const kind = fields['kind'];
  switch (kind) {
    case 'exists':
      return { kind };
    case 'exact':
    case 'prefix':
    case 'regex':
      return { kind, text: text(fields['text']) };
    default:
      throw new FilterFault('a test of a text is of no known kind');
  }
}

function pathTestOf(value: unknown): PathTest {
  const fields = fieldsOf(value, 'a test');
  const kind = fields['kind'];
  switch (kind) {
    case 'below':
    case 'exact':
    case 'regex':
      return { kind, text: text(fields['text']) };
    default:
      throw new FilterFault('a test of a path is of no known kind');
  }
}

function markNameOf(value: unknown): string {
  const name = text(value);
  if (isMarkName(name)) return name;
  throw new FilterFault('a mark has no name');
}

function expressionsOf(condition: Condition): string[] {
  const tests = 'test' in condition ? [condition.test] : condition.of === 'path' ? condition.anyOf : [];
  return tests.flatMap((test) => (test.kind === 'regex' ? [test.text] : []));
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new FilterFault(`${what} is not an object`);
}

function list<T>(
  value: unknown,
  what: string,
  least: number,
  most: number,
  read: (entry: unknown) => T,
): readonly T[] {
  if (!Array.isArray(value)) throw new FilterFault(`${what} is not a list`);
  if (value.length < least) throw new FilterFault(`${what}: an empty list`);
  if (value.length > most) throw new FilterFault(`${what}: more than ${most} entries`);
  return value.map((entry) => read(entry));
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new FilterFault('a text is not a string');
  if (value.length > MAX_TEXT) throw new FilterFault(`a text is longer than ${MAX_TEXT} characters`);
  return value;
}

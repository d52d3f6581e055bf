import type { RequestHead } from '../http1/request-head.ts';
import type { Alternative, Condition, Filter, PathTest, TextTest } from './filter.ts';
import { isBelow, normalPath } from './path.ts';
import { regularExpression } from './regular-expression.ts';
import { SeenRequest } from './seen-request.ts';

type Holds = (request: SeenRequest) => boolean;

/** A filter that requests can be held against, as often as they come. */
export interface CompiledFilter {
  /** Those with most conditions first, as `matchOf` wants them; among equals in the filter's order. */
  readonly alternatives: readonly { readonly alternative: Alternative; readonly holds: Holds }[];
  readonly except: readonly Holds[];
}

const EVERYTHING: Alternative = [];

/** Makes a filter ready for requests. Errors: for a regular expression that is none; `filterOf` refuses it before. */
export function compileFilter({ match, except }: Filter): CompiledFilter {
  const alternatives = (match ?? [EVERYTHING]).map((alternative) => ({
    alternative,
    holds: compileAlternative(alternative),
  }));
  return {
    alternatives: alternatives.sort((one, other) => other.alternative.length - one.alternative.length),
    except: except.map(compileAlternative),
  };
}

/**
 * The alternative by which a filter takes a request: of those that hold the one with most conditions, the first among
 * equals; without `match` an empty one. Undefined = it does not take it, or excepts it.
 */
export function matchOf(
  { alternatives, except }: CompiledFilter,
  head: RequestHead,
): Alternative | undefined {
  const request = new SeenRequest(head);
  const taken = alternatives.find(({ holds }) => holds(request));
  return taken === undefined || except.some((holds) => holds(request)) ? undefined : taken.alternative;
}

function compileAlternative(alternative: Alternative): Holds {
  const conditions = alternative.map(compileCondition);
  return (request) => conditions.every((holds) => holds(request));
}

function compileCondition(condition: Condition): Holds {
  switch (condition.of) {
    case 'mark':
      return ({ mark }) => mark === condition.name;
    case 'method':
      return ({ method }) => condition.anyOf.includes(method);
    case 'path': {
      const tests = condition.anyOf.map(compilePathTest);
      return ({ path }) => path !== undefined && tests.some((test) => test(path));
    }
    default: {
      const { of } = condition;
      const name = of === 'header' ? condition.name.toLowerCase() : condition.name;
      const test = compileTextTest(condition.test);
      return (request) => request.values(of, name).some(test);
    }
  }
}

/** Whether a text is what it must be. Errors: for a regular expression that is none. */
export function compileTextTest(test: TextTest): (text: string) => boolean {
  switch (test.kind) {
    case 'exact':
      return (text) => text === test.text;
    case 'prefix':
      return (text) => text.startsWith(test.text);
    case 'regex': {
      const expression = regularExpression(test.text);
      return (text) => expression.isIn(text);
    }
    case 'exists':
      return () => true;
  }
}

/** Whether a normal path is what it must be. Errors: for a regular expression that is none. */
export function compilePathTest(test: PathTest): (path: string) => boolean {
  if (test.kind === 'regex') return compileTextTest(test);
  const wanted = normalPath(test.text);
  return test.kind === 'exact' ? (path) => path === wanted : (path) => isBelow(path, wanted);
}

import fc from 'fast-check';
import type { RequestHead } from '../../../src/http1/request-head.ts';
import type { Alternative, Condition, Filter, PathTest, TextTest } from '../../../src/match/index.ts';

const VALUES = ['', 'a', 'ab', 'b', 'ba'];
const PATHS = ['/', '/a', '/a/b', '/a/b/', '/ab', '/%61', '/b'];
const EXPRESSIONS = ['^a', 'b$', 'a', ''];

const textTest = fc.oneof(
  fc.constantFrom(...VALUES).map((text): TextTest => ({ kind: 'exact', text })),
  fc.constantFrom(...VALUES).map((text): TextTest => ({ kind: 'prefix', text })),
  fc.constantFrom(...EXPRESSIONS).map((text): TextTest => ({ kind: 'regex', text })),
  fc.constant<TextTest>({ kind: 'exists' }),
);
const pathTest = fc.oneof(
  fc.constantFrom(...PATHS).map((text): PathTest => ({ kind: 'below', text })),
  fc.constantFrom(...PATHS).map((text): PathTest => ({ kind: 'exact', text })),
  fc.constantFrom('^/a', 'b', 'b/?$').map((text): PathTest => ({ kind: 'regex', text })),
);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 2 });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ of: fc.constant('header' as const), name: fc.constantFrom('x', 'y'), test: textTest }),
  fc.record({
    of: fc.constantFrom('baggage' as const, 'cookie' as const, 'query' as const),
    name: fc.constant('m'),
    test: textTest,
  }),
  fc.record({ of: fc.constant('path' as const), anyOf: some(pathTest) }),
  fc.record({ of: fc.constant('method' as const), anyOf: some(fc.constantFrom('GET', 'POST', 'PUT')) }),
  fc.record({ of: fc.constant('mark' as const), name: fc.constantFrom('ann', 'bob') }),
);
const alternative: fc.Arbitrary<Alternative> = fc.array(condition, { minLength: 1, maxLength: 3 });

/** Filters of few words, so that two of them often ask the same. */
export const anyFilter: fc.Arbitrary<Filter> = fc.record({
  match: fc.array(alternative, { minLength: 1, maxLength: 2 }),
  except: fc.oneof(fc.constant([]), fc.array(alternative, { maxLength: 2 })),
});

/** Heads in the same words. `repeats`: whether a header, cookie, member or parameter may come twice. */
export function anyHead(repeats: boolean): fc.Arbitrary<RequestHead> {
  const value = fc.constantFrom(...VALUES);
  const values = fc.array(value, { maxLength: repeats ? 3 : 1 });
  return fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      path: fc.constantFrom(...PATHS, '*'),
      query: values,
      x: values,
      y: values,
      baggage: values,
      cookie: values,
      marks: fc.array(fc.constantFrom('ann', 'bob'), { maxLength: repeats ? 2 : 1 }),
    })
    .map(({ method, path, query, x, y, baggage, cookie, marks }) => ({
      method,
      target: `${path}?${query.map((text) => `m=${text}`).join('&')}`,
      minor: 1,
      fields: [
        ...x.map((text) => ({ name: 'X', value: text })),
        ...y.map((text) => ({ name: 'y', value: text })),
        ...baggage.map((text) => ({ name: 'baggage', value: `m=${text}` })),
        ...marks.map((text) => ({ name: 'Baggage', value: `gefyra-devenv=${text}` })),
        { name: 'cookie', value: cookie.map((text) => `m=${text}`).join('; ') },
      ],
    }));
}

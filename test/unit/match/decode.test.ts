import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, FilterFault, filterOf, filterText, sameFilter } from '../../../src/match/index.ts';
import { anyFilter } from './any-filter.ts';

const path = { of: 'path', anyOf: [{ kind: 'below', text: '/a' }] };

describe('a filter that somebody sends', () => {
  it('comes as it was sent', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(sameFilter(filterOf(JSON.parse(JSON.stringify(filter))), filter)).toBe(true);
      }),
    );
    expect(filterOf({})).toEqual({ match: undefined, except: [] });
  });

  it('loses what is not known', () => {
    expect(filterOf({ x: 1, match: [[{ ...path, y: 2 }]] })).toEqual({ match: [[path]], except: [] });
  });

  it.each<[string, unknown]>([
    ['no object', 'x'],
    ['a list', []],
    ['match without alternatives', { match: [] }],
    ['match as a mapping', { match: path }],
    ['match of nothing', { match: null }],
    ['an alternative without conditions', { match: [[]] }],
    ['an exception without conditions', { except: [[]] }],
    ['a condition of something unknown', { match: [[{ of: 'body' }]] }],
    ['a condition without a name', { match: [[{ of: 'header', test: { kind: 'exists' } }]] }],
    ['a condition without a test', { match: [[{ of: 'header', name: 'x' }]] }],
    ['an unknown test', { match: [[{ of: 'header', name: 'x', test: { kind: 'below', text: '' } }]] }],
    ['a test without a text', { match: [[{ of: 'header', name: 'x', test: { kind: 'exact' } }]] }],
    ['no path', { match: [[{ of: 'path', anyOf: [] }]] }],
    ['an unknown test of a path', { match: [[{ of: 'path', anyOf: [{ kind: 'prefix', text: '/' }] }]] }],
    ['no method', { match: [[{ of: 'method', anyOf: [] }]] }],
    ['a mark that is none', { match: [[{ of: 'mark', name: 'a b' }]] }],
    ['an expression that is none', { match: [[{ of: 'path', anyOf: [{ kind: 'regex', text: '[a' }] }]] }],
    ['look-ahead', { match: [[{ of: 'path', anyOf: [{ kind: 'regex', text: '^/(?!a)' }] }]] }],
    [
      'a huge expression',
      { match: [[{ of: 'path', anyOf: [{ kind: 'regex', text: '(a{99}){10}'.repeat(20) }] }]] },
    ],
    ['a long expression', { match: [[{ of: 'path', anyOf: [{ kind: 'regex', text: 'a'.repeat(1025) }] }]] }],
    ['a long text', { match: [[{ of: 'path', anyOf: [{ kind: 'exact', text: 'a'.repeat(4097) }] }]] }],
    ['too many alternatives', { match: Array.from({ length: 65 }, () => [path]) }],
    ['too many exceptions', { except: Array.from({ length: 65 }, () => [path]) }],
    ['too many conditions', { match: [Array.from({ length: 33 }, () => path)] }],
    [
      'too many expressions',
      {
        match: [[{ of: 'path', anyOf: Array.from({ length: 40 }, () => ({ kind: 'regex', text: 'a' })) }]],
        except: Array.from({ length: 25 }, () => [
          { of: 'header', name: 'x', test: { kind: 'regex', text: 'a' } },
        ]),
      },
    ],
  ])('is refused with %s', (_, value) => {
    expect(() => filterOf(value)).toThrow(FilterFault);
  });

  it('is a filter or refused, whatever it is', () => {
    const words = fc.constantFrom(
      'match',
      'except',
      'of',
      'path',
      'header',
      'anyOf',
      'test',
      'kind',
      'regex',
      'text',
      'name',
      '[',
      '',
    );
    const any = fc.anything({ key: words, values: [words, fc.constant(path), fc.anything()], maxDepth: 6 });
    const nearly = fc.record({
      match: fc.array(fc.array(fc.oneof(fc.constant(path), fc.dictionary(words, any)))),
      except: any,
    });
    fc.assert(
      fc.property(fc.oneof(any, nearly), (value) => {
        try {
          const filter = filterOf(value);
          compileFilter(filter);
          filterText(filter);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterFault);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('two filters', () => {
  it('are the same when they say the same', () => {
    const filter = filterOf({ match: [[path]] });
    expect(sameFilter(filter, filterOf({ match: [[structuredClone(path)]] }))).toBe(true);
    expect(sameFilter(filter, filterOf({ match: [[path]], except: [[path]] }))).toBe(false);
    expect(sameFilter(filter, undefined)).toBe(false);
    expect(sameFilter(undefined, undefined)).toBe(true);
    expect(sameFilter({ match: undefined, except: [] }, filterOf({}))).toBe(true);
  });
});

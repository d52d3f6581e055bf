import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Alternative,
  type CompiledFilter,
  type Condition,
  compileFilter,
  conflictBetween,
  type Filter,
  matchOf,
  type PathTest,
  type TextTest,
} from '../../../src/match/index.ts';
import { anyFilter, anyHead } from './any-filter.ts';

const user = (text: string, kind: 'exact' | 'prefix' | 'regex' = 'exact'): Condition => ({
  of: 'header',
  name: 'x-user',
  test: { kind, text },
});
const exists: Condition = { of: 'header', name: 'x-user', test: { kind: 'exists' } };
const path = (text: string, kind: PathTest['kind'] = 'below'): Condition => ({
  of: 'path',
  anyOf: [{ kind, text }],
});
const method = (...anyOf: string[]): Condition => ({ of: 'method', anyOf });
const mark = (name: string): Condition => ({ of: 'mark', name });

const filter = (match: readonly Alternative[], except: readonly Alternative[] = []): Filter => ({
  match,
  except,
});
const between = (one: Alternative, other: Alternative) => conflictBetween(filter([one]), filter([other]));

describe('two claims of one port', () => {
  it.each<[string, Alternative, Alternative]>([
    ['the same value', [user('ann')], [user('ann')]],
    ['a value within a prefix', [user('ann')], [user('a', 'prefix')]],
    ['a value within an expression', [user('ann')], [user('^an', 'regex')]],
    ['a prefix within a prefix', [user('an', 'prefix')], [user('a', 'prefix')]],
    ['one expression', [user('^a', 'regex')], [user('^a', 'regex')]],
    ['a value within being there', [user('ann')], [exists]],
    ['a path within a path', [path('/items/1')], [path('/items')]],
    ['one path in two spellings', [path('/%69tems/')], [path('/items')]],
    ['an exact path within a path', [path('/items', 'exact')], [path('/items')]],
    ['a path like an expression within all paths', [path('x', 'regex')], [path('/')]],
    ['methods among methods', [method('GET')], [method('POST', 'GET')]],
    ['one mark', [mark('ann')], [mark('ann')]],
    ['all of several keys', [user('ann'), path('/items/1')], [path('/items'), user('a', 'prefix')]],
  ])('conflict by %s', (_, one, other) => {
    expect(between(one, other)).toBe('conflict');
    expect(between(other, one)).toBe('conflict');
  });

  it.each<[string, Alternative, Alternative]>([
    ['one asks more', [user('ann')], [user('ann'), path('/items')]],
    ['they ask other things', [user('ann')], [path('/items')]],
    ['each is narrower in something', [user('ann'), path('/')], [exists, path('/items')]],
    ['nobody can tell', [user('^a', 'regex')], [user('b$', 'regex')]],
    ['nobody can tell of a path', [path('m', 'regex')], [path('/items')]],
    ['they share some methods', [method('GET', 'PUT')], [method('GET', 'POST')]],
    ['one is a mark and the other a header', [mark('ann')], [user('ann')]],
  ])('overlap where %s', (_, one, other) => {
    expect(between(one, other)).toBe('overlap');
    expect(between(other, one)).toBe('overlap');
  });

  it.each<[string, Alternative, Alternative]>([
    ['values', [user('ann')], [user('bob')]],
    ['a value and a prefix', [user('ann')], [user('b', 'prefix')]],
    ['a value and an expression', [user('ann')], [user('^b', 'regex')]],
    ['prefixes', [user('an', 'prefix')], [user('bo', 'prefix')]],
    ['paths', [path('/items')], [path('/itemsx')]],
    ['an exact path', [path('/items/1')], [path('/items', 'exact')]],
    ['methods', [method('GET')], [method('POST')]],
    ['marks', [mark('ann')], [mark('bob')]],
    ['one of several keys', [user('ann'), path('/items')], [user('bob'), path('/items')]],
  ])('are apart by %s', (_, one, other) => {
    expect(between(one, other)).toBeUndefined();
    expect(between(other, one)).toBeUndefined();
  });

  it('conflict where both take the whole port, and never where only one does', () => {
    const whole: Filter = { match: undefined, except: [[path('/healthz')]] };
    expect(conflictBetween(undefined, undefined)).toBe('conflict');
    expect(conflictBetween(undefined, whole)).toBe('conflict');
    expect(conflictBetween(whole, { match: undefined, except: [] })).toBe('conflict');
    expect(conflictBetween(whole, filter([[user('ann')]]))).toBeUndefined();
    expect(conflictBetween(filter([[exists]]), undefined)).toBeUndefined();
  });

  it('conflict by any of their alternatives', () => {
    const one = filter([[mark('ann')], [user('ann')]]);
    const other = filter([[mark('bob')], [user('ann')]]);
    expect(conflictBetween(one, other)).toBe('conflict');
  });

  it('do not conflict by what they except', () => {
    const [items, health] = [path('/items'), path('/healthz')];
    expect(conflictBetween(filter([[exists]], [[items]]), filter([[exists]], [[health]]))).toBe('overlap');
    expect(conflictBetween(filter([[exists]], [[items]]), filter([[exists]]))).toBe('conflict');
    expect(conflictBetween(filter([[exists]], [[items]]), filter([[exists]], [[items]]))).toBe('conflict');
    expect(conflictBetween(filter([[items]], [[items]]), filter([[items]]))).toBeUndefined();
    // A request may have two users.
    expect(
      conflictBetween(filter([[user('ann')]], [[items]]), filter([[user('ann')]], [[user('bob')]])),
    ).toBe('overlap');
    expect(
      conflictBetween(filter([[path('/items/1')]]), filter([[items]], [[path('/items/1')]])),
    ).toBeUndefined();
  });

  it('that conflict take the same requests by one of their alternatives', () => {
    let conflicts = 0;
    const heads = fc.array(anyHead(true), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(anyFilter, anyFilter, heads, (one, other, requests) => {
        if (conflictBetween(one, other) !== 'conflict') return;
        conflicts += 1;
        const shared = pairsOf(one, other).some(([mine, yours]) => {
          const [a, b]: [CompiledFilter, CompiledFilter] = [compileFilter(mine), compileFilter(yours)];
          const within = requests.every(
            (head) => matchOf(a, head) === undefined || matchOf(b, head) !== undefined,
          );
          const around = requests.every(
            (head) => matchOf(b, head) === undefined || matchOf(a, head) !== undefined,
          );
          return within || around;
        });
        expect(shared).toBe(true);
      }),
      { numRuns: 6000 },
    );
    expect(conflicts).toBeGreaterThan(50);
  });

  it('of which nothing is said take no request both', () => {
    let apart = 0;
    const heads = fc.array(anyHead(false), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(anyFilter, anyFilter, heads, (one, other, requests) => {
        if (conflictBetween(one, other) !== undefined) return;
        apart += 1;
        const [a, b] = [compileFilter(one), compileFilter(other)];
        for (const head of requests)
          expect(matchOf(a, head) !== undefined && matchOf(b, head) !== undefined).toBe(false);
      }),
      { numRuns: 3000 },
    );
    expect(apart).toBeGreaterThan(100);
  });

  it('stand to each other the same, whoever is asked', () => {
    fc.assert(
      fc.property(anyFilter, anyFilter, (one, other) => {
        expect(conflictBetween(one, other)).toBe(conflictBetween(other, one));
      }),
    );
  });

  it('conflict with their like, unless they take nothing', () => {
    fc.assert(
      fc.property(anyFilter, anyHead(true), (one, head) => {
        if (matchOf(compileFilter(one), head) !== undefined)
          expect(conflictBetween(one, structuredClone(one))).toBe('conflict');
      }),
      { numRuns: 1000 },
    );
  });
});

/** Each alternative of one with each of the other, as filters of their own. */
function pairsOf(one: Filter, other: Filter): [Filter, Filter][] {
  const alone = ({ match, except }: Filter) => (match ?? []).map((each) => ({ match: [each], except }));
  return alone(one).flatMap((mine) => alone(other).map((yours): [Filter, Filter] => [mine, yours]));
}

describe('the tests of texts', () => {
  it.each<TextTest>([{ kind: 'exists' }, { kind: 'prefix', text: '' }])('%j is as wide as any', (test) => {
    const wide: Condition = { of: 'cookie', name: 'a', test };
    for (const narrow of [
      { kind: 'prefix', text: 'a' },
      { kind: 'regex', text: 'b' },
    ] as const)
      expect(between([wide], [{ of: 'cookie', name: 'a', test: narrow }])).toBe('conflict');
  });
});

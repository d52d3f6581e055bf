import { describe, expect, it } from 'vitest';
import { type Condition, compileFilter, type Filter, matchOf } from '../../../src/match/index.ts';
import { requestHead } from '../../builders/request-head.ts';

const exact = (text: string) => ({ kind: 'exact', text }) as const;
const regex = (text: string) => ({ kind: 'regex', text }) as const;
const header = (name: string, text: string): Condition => ({ of: 'header', name, test: exact(text) });
const below = (...texts: string[]): Condition => ({
  of: 'path',
  anyOf: texts.map((text) => ({ kind: 'below', text })),
});

function takes(
  condition: Condition | readonly Condition[],
  head: Parameters<typeof requestHead>[0],
): boolean {
  const match = [Array.isArray(condition) ? condition : [condition]] as Filter['match'];
  return matchOf(compileFilter({ match, except: [] }), requestHead(head)) !== undefined;
}

describe('a header', () => {
  it('is known by its name in any case, and by its exact value', () => {
    const user = header('x-user', 'ann');
    expect(takes(user, { lines: ['X-USER: ann'] })).toBe(true);
    expect(takes(user, { lines: ['x-user: Ann'] })).toBe(false);
    expect(takes(user, { lines: ['x-user: ann, bob'] })).toBe(false);
    expect(takes(user, { lines: ['x-users: ann'] })).toBe(false);
    expect(takes(user, {})).toBe(false);
  });

  it('may come more than once: any of its values will do', () => {
    expect(takes(header('x-user', 'ann'), { lines: ['x-user: bob', 'X-User: ann'] })).toBe(true);
  });

  it('is tested for a beginning, an expression found anywhere in it, and for being there', () => {
    const lines = ['x-user: ann-marie'];
    const of = (test: Extract<Condition, { of: 'header' }>['test']): Condition => ({
      of: 'header',
      name: 'x-user',
      test,
    });
    expect(takes(of({ kind: 'prefix', text: 'ann' }), { lines })).toBe(true);
    expect(takes(of({ kind: 'prefix', text: 'marie' }), { lines })).toBe(false);
    expect(takes(of(regex('n.m')), { lines })).toBe(true);
    expect(takes(of(regex('^n.m')), { lines })).toBe(false);
    expect(takes(of({ kind: 'exists' }), { lines })).toBe(true);
    expect(takes(of({ kind: 'exists' }), { lines: ['x-user:'] })).toBe(true);
    expect(takes(of({ kind: 'exists' }), { lines: [] })).toBe(false);
  });

  it('means what its bytes mean as UTF-8, else as Latin-1', () => {
    expect(takes(header('x-user', 'jörg'), { lines: [`x-user: ${latin1('jörg')}`] })).toBe(true);
    expect(takes(header('x-user', 'jörg'), { lines: ['x-user: j\xf6rg'] })).toBe(true);
  });
});

describe('a member of baggage', () => {
  const tenant: Condition = { of: 'baggage', name: 'tenant', test: exact('acme') };
  const own: Condition = { of: 'baggage', name: 'tenant', test: exact('a, b;ü') };

  it.each([
    ['alone', ['baggage: tenant=acme']],
    ['among others', ['baggage: a=1,tenant=acme,b=2']],
    ['with spaces', ['Baggage: a=1 , tenant = acme ; p=1;q ,b=2']],
    ['on a second line', ['baggage: a=1', 'BAGGAGE: tenant=acme']],
    ['twice', ['baggage: tenant=other,tenant=acme']],
    ['percent-encoded', ['baggage: tenant=%61cm%65']],
  ])('is found %s', (_, lines) => {
    expect(takes(tenant, { lines })).toBe(true);
  });

  it.each([
    ['a property', ['baggage: a=1;tenant=acme']],
    ['an end of a name', ['baggage: xtenant=acme']],
    ['an end of a value', ['baggage: tenant=acmes']],
    ['another case', ['baggage: Tenant=acme']],
    ['another header', ['x-baggage: tenant=acme']],
    ['a name alone', ['baggage: tenant']],
  ])('is not %s', (_, lines) => {
    expect(takes(tenant, { lines })).toBe(false);
  });

  it('has its value percent-decoded, as UTF-8 where it is', () => {
    expect(takes(own, { lines: ['baggage: tenant=a%2C%20b%3B%C3%BC'] })).toBe(true);
    const half: Condition = { of: 'baggage', name: 'tenant', test: exact('%C3') };
    expect(takes(half, { lines: ['baggage: tenant=%C3'] })).toBe(true);
  });
});

describe('a cookie', () => {
  const team: Condition = { of: 'cookie', name: 'team', test: exact('blue') };

  it.each([
    ['among others', ['cookie: a=1; team=blue; b=2']],
    ['without spaces', ['Cookie: a=1;team=blue']],
    ['in quotes', ['cookie: team="blue"']],
    ['on a second line', ['cookie: a=1', 'cookie: team=blue']],
    ['twice', ['cookie: team=red; team=blue']],
  ])('is found %s', (_, lines) => {
    expect(takes(team, { lines })).toBe(true);
  });

  it('has a name and a value that are compared as they are', () => {
    for (const line of ['Team=blue', 'team=Blue', 'team', 'xteam=blue', 'team=blu%65'])
      expect(takes(team, { lines: [`cookie: ${line}`] })).toBe(false);
  });

  it('may have = in its value', () => {
    const equal: Condition = { of: 'cookie', name: 'team', test: exact('a=b==') };
    expect(takes(equal, { lines: ['cookie: team=a=b=='] })).toBe(true);
  });
});

describe('a parameter of the query', () => {
  const debug: Condition = { of: 'query', name: 'de bug', test: exact('a b&ü') };

  it.each([
    '/?de%20bug=a+b%26%C3%BC',
    '/x?y=1&de+bug=no&de+bug=a%20b%26%c3%bc',
    'http://host/?de+bug=a+b%26%C3%BC',
  ])('is found decoded in %s', (target) => {
    expect(takes(debug, { target })).toBe(true);
  });

  it('is not found in the path', () => {
    expect(takes({ of: 'query', name: 'debug', test: { kind: 'exists' } }, { target: '/debug=1' })).toBe(
      false,
    );
  });

  it('may have no value', () => {
    expect(takes({ of: 'query', name: 'debug', test: exact('') }, { target: '/?debug' })).toBe(true);
  });
});

describe('a path', () => {
  it.each([
    '/items',
    '/items/',
    '/items/1',
    '/items?x=/other',
    'http://host/items/1',
    '/%69tems/1',
    '/items/%2f',
  ])('of %s is /items or below', (target) => {
    expect(takes(below('/items'), { target })).toBe(true);
    expect(takes(below('/items/'), { target })).toBe(true);
  });

  it.each([
    '/itemsx',
    '/Items',
    '/item',
    '/',
    '/x/items',
    '/x?/items',
    '*',
    '//items',
    '/items%2F1',
    'items:80',
  ])('of %s is not', (target) => {
    expect(takes(below('/items'), { target })).toBe(false);
  });

  it('is any, and is none where a request has none', () => {
    expect(takes(below('/'), { target: '/' })).toBe(true);
    expect(takes(below('/'), { target: '/a/b' })).toBe(true);
    expect(takes(below('/'), { target: 'http://host' })).toBe(true);
    expect(takes(below('/'), { method: 'OPTIONS', target: '*' })).toBe(false);
    expect(takes(below('/'), { method: 'CONNECT', target: 'host:80' })).toBe(false);
  });

  it('is one of several', () => {
    expect(takes(below('/a', '/b'), { target: '/b/1' })).toBe(true);
  });

  it('is exact, or an expression found anywhere in it', () => {
    const exactly: Condition = { of: 'path', anyOf: [exact('/items')] };
    expect(takes(exactly, { target: '/items?x=1' })).toBe(true);
    expect(takes(exactly, { target: '/items/' })).toBe(false);
    const like: Condition = { of: 'path', anyOf: [regex('\\d+$')] };
    expect(takes(like, { target: '/items/12?x' })).toBe(true);
    expect(takes(like, { target: '/items/x?12' })).toBe(false);
  });

  it('is written in the file as people write it', () => {
    expect(takes(below('/straße'), { target: '/stra%c3%9fe/1' })).toBe(true);
    expect(takes(below('/stra%C3%9Fe'), { target: `/${latin1('straße')}` })).toBe(true);
    expect(takes(below('/a b'), { target: '/a%20b' })).toBe(true);
    expect(takes(below('/a%2fb'), { target: '/a%2Fb' })).toBe(true);
  });
});

describe('a method', () => {
  const condition: Condition = { of: 'method', anyOf: ['GET', 'POST'] };

  it('is one of several, as it was sent', () => {
    expect(takes(condition, { method: 'POST' })).toBe(true);
    expect(takes(condition, { method: 'HEAD' })).toBe(false);
    expect(takes(condition, { method: 'get' })).toBe(false);
  });
});

describe('a filter', () => {
  it('takes a request for which all conditions of an alternative hold', () => {
    const both = [header('x-user', 'ann'), below('/items')];
    expect(takes(both, { target: '/items', lines: ['x-user: ann'] })).toBe(true);
    expect(takes(both, { target: '/', lines: ['x-user: ann'] })).toBe(false);
    expect(takes(both, { target: '/items' })).toBe(false);
  });

  it('says by which: the one that asks most, the first among equals', () => {
    const few = [header('a', '1')];
    const many = [header('a', '1'), below('/')];
    const equal = [header('a', '1'), { of: 'method', anyOf: ['GET'] } as const];
    const compiled = compileFilter({ match: [few, many, equal], except: [] });
    expect(matchOf(compiled, requestHead({ lines: ['a: 1'] }))).toBe(many);
    expect(matchOf(compiled, requestHead({ method: 'POST', target: '*', lines: ['a: 1'] }))).toBe(few);
    expect(matchOf(compiled, requestHead())).toBeUndefined();
  });

  it('without match takes everything, by an alternative that asks nothing', () => {
    const compiled = compileFilter({ match: undefined, except: [[below('/healthz')]] });
    expect(matchOf(compiled, requestHead({ target: '*' }))).toEqual([]);
    expect(matchOf(compiled, requestHead({ target: '/healthz/live' }))).toBeUndefined();
  });

  it('never takes what it excepts', () => {
    const except = [[below('/healthz'), header('a', '1')], [{ of: 'method', anyOf: ['PUT'] }]] as const;
    const compiled = compileFilter({ match: [[header('x', '1')]], except });
    const head = (target: string, method: string, ...lines: string[]) =>
      matchOf(compiled, requestHead({ target, method, lines: ['x: 1', ...lines] }));
    expect(head('/healthz', 'GET')).toBeDefined();
    expect(head('/healthz', 'GET', 'a: 1')).toBeUndefined();
    expect(head('/', 'PUT')).toBeUndefined();
  });

  it('takes linear time for an expression that others would not finish', () => {
    const slow: Condition = { of: 'header', name: 'x', test: regex('(a+)+$') };
    expect(takes(slow, { lines: [`x: ${'a'.repeat(60_000)}b`] })).toBe(false);
  });
});

/** A text as its UTF-8 bytes come in a head. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

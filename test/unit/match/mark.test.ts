import { describe, expect, it } from 'vitest';
import {
  compileFilter,
  isMarkName,
  MARK_HEADER,
  MARK_NAME,
  markOf,
  markToAdd,
  matchOf,
} from '../../../src/match/index.ts';
import { requestHead } from '../../builders/request-head.ts';

const byHeader = `${MARK_HEADER.toUpperCase()}: ann`;
const byBaggage = 'baggage: a=1, gefyra-devenv=bob;p=1';
const byCookie = 'cookie: a=1; gefyra-devenv=cid';

describe('the mark of a request', () => {
  it.each([
    ['its header', [byHeader], 'ann'],
    ['its baggage', [byBaggage], 'bob'],
    ['its cookie', [byCookie], 'cid'],
    ['the header before baggage and cookie', [byCookie, byBaggage, byHeader], 'ann'],
    ['baggage before the cookie', [byCookie, byBaggage], 'bob'],
    ['the first of several headers', ['x-gefyra-devenv: ann', 'x-gefyra-devenv: bob'], 'ann'],
    ['the first of headers that a proxy joined', ['x-gefyra-devenv: ann, bob'], 'ann'],
    ['the first cookie', ['cookie: gefyra-devenv=ann; gefyra-devenv=bob'], 'ann'],
    ['the first that is a name', ['x-gefyra-devenv:', 'cookie: gefyra-devenv=a b; gefyra-devenv=cid'], 'cid'],
  ])('is %s', (_, lines, mark) => {
    expect(markOf(requestHead({ lines }))).toBe(mark);
    const compiled = (name: string) => compileFilter({ match: [[{ of: 'mark', name }]], except: [] });
    const others = ['ann', 'bob', 'cid'].filter((name) => name !== mark);
    expect(matchOf(compiled(mark), requestHead({ lines }))).toBeDefined();
    for (const name of others) expect(matchOf(compiled(name), requestHead({ lines }))).toBeUndefined();
  });

  it.each([[[]], [['x-gefyra: ann']], [['baggage: x=1;gefyra-devenv=ann']], [['cookie: gefyra-devenv=']]])(
    'is none for %j',
    (lines) => {
      expect(markOf(requestHead({ lines }))).toBeUndefined();
    },
  );

  it('is a name that is the same in a header, in baggage, in a cookie and in a link', () => {
    for (const name of ['ann', 'Ann.B_c-1', '0', 'a'.repeat(64)]) expect(isMarkName(name)).toBe(true);
    for (const name of ['', 'a b', 'jörg', 'a,b', 'a;b', 'a"', 'a%20', 'a@b', 'a'.repeat(65), 'a\n'])
      expect(isMarkName(name)).toBe(false);
  });
});

describe('what a request needs to go on marked', () => {
  it('is baggage where its cookie alone marks it', () => {
    const added = { name: 'baggage', value: `${MARK_NAME}=cid` };
    expect(markToAdd(requestHead({ lines: [byCookie] }))).toEqual(added);
    expect(markToAdd(requestHead({ lines: [byCookie, 'baggage: a=1'] }))).toEqual(added);
  });

  it('is nothing where it has a mark that goes on, or none', () => {
    for (const lines of [[byCookie, byBaggage], [byCookie, byHeader], [byBaggage], [byHeader], []])
      expect(markToAdd(requestHead({ lines }))).toBeUndefined();
    const odd = [byCookie, 'baggage: gefyra-devenv=a%20b'];
    expect(markToAdd(requestHead({ lines: odd }))).toBeUndefined();
  });
});

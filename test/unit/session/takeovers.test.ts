import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type BridgeUse, IDLE_MS, type Wanted } from '../../../src/bridges/index.ts';
import { deferred } from '../../../src/common/deferred.ts';
import type { Event } from '../../../src/model/event.ts';
import { People } from '../../../src/session/people.ts';
import { Takeovers } from '../../../src/session/takeovers.ts';
import { WHOLE_PORTS } from '../../builders/workspace.ts';

const IDLE: BridgeUse = {
  quietMs: IDLE_MS,
  heldMs: IDLE_MS,
  unheard: undefined,
  debuggers: 0,
  savedMs: undefined,
};
const USED: BridgeUse = { ...IDLE, quietMs: 12_000 };
const NO = { yields: false, reason: 'in use: a request 12 s ago' };
const WAITS = { ...NO, waits: true };
const KEEPS = { yields: false, reason: 'in use: a request 12 s ago; its user keeps it' };
const YES = { yields: true, reason: '' };

const wanted: Wanted = {
  bridge: { name: 'app:80', service: 'app', target: 'pod/x', port: 80, local: 80, traffic: WHOLE_PORTS },
  by: { user: 'ann@desk', project: 'shop', since: 17 },
  session: 'a1',
  traffic: async () => IDLE,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whoever decides about a bridge that is used so; `events`: what somebody at a terminal hears. */
function decider(use: BridgeUse) {
  const ending = new AbortController();
  const people = new People(ending.signal);
  const takeovers = new Takeovers({ use: async () => use, people });
  const events: Event[] = [];
  const left = deferred();
  const attend = () => people.attend({ tell: (event) => events.push(event), left: left.promise });
  return {
    people,
    events,
    left,
    attend,
    ending,
    decide: (other = {}) => takeovers.decide({ ...wanted, ...other }),
  };
}

it('lets go of what is idle, and asks nobody', async () => {
  const { attend, decide, events } = decider(IDLE);
  void attend();
  expect(await decide()).toEqual(YES);
  expect(events).toEqual([]);
});

it('keeps what is used where nobody is at a terminal', async () => {
  const { attend, decide, left } = decider(USED);
  expect(await decide()).toEqual(NO);
  const attending = attend();
  left.resolve();
  await attending;
  expect(await decide()).toEqual(NO);
});

it('asks who is at a terminal once, and lets go when they agree, of this bridge to this session', async () => {
  const { attend, decide, events, people } = decider(USED);
  void attend();
  for (let times = 0; times < 3; times += 1) expect(await decide()).toEqual(WAITS);
  const id = 'a1 app:80';
  const text = 'ann@desk (project shop) asks for bridge/app:80, which is in use: a request 12 s ago';
  expect(events).toEqual([{ type: 'question', id, text }]);
  people.answer(id, true);
  expect(await decide()).toEqual(YES);
  expect(await decide({ session: 'b2' })).toEqual(WAITS);
  expect(events[1]).toEqual({ type: 'question', id });
  vi.advanceTimersByTime(11 * 60_000);
  expect(await decide()).toEqual(WAITS);
});

it('keeps it when they do not, and asks again only after a while', async () => {
  const { attend, decide, people } = decider(USED);
  void attend();
  await decide();
  people.answer('a1 app:80', false);
  expect(await decide()).toEqual(KEEPS);
  vi.advanceTimersByTime(31_000);
  expect(await decide()).toEqual(WAITS);
});

it('asks no longer when nobody waits for the answer, and not for ever', async () => {
  const { attend, decide, events, people } = decider(USED);
  void attend();
  await decide();
  vi.advanceTimersByTime(10_000);
  expect(events).toHaveLength(2);
  people.answer('a1 app:80', true);
  expect(await decide()).toEqual(KEEPS);
  vi.advanceTimersByTime(31_000);
  for (let seconds = 0; seconds < 60; seconds += 5) {
    expect(await decide()).toEqual(WAITS);
    vi.advanceTimersByTime(5000);
  }
  expect(await decide()).toEqual(KEEPS);
});

it('tells whoever comes later what is asked, until the session ends', async () => {
  const { attend, decide, events, ending } = decider(USED);
  void attend();
  await decide();
  const second = attend();
  expect(events.map(({ type }) => type)).toEqual(['question', 'question']);
  ending.abort();
  await second;
});

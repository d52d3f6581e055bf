import { expect, it } from 'vitest';
import { type Shown, stateText, statusLine } from '../../../../src/cli/render/status-line.ts';
import { styleOf } from '../../../../src/cli/render/style.ts';
import type { LiveState } from '../../../../src/model/event.ts';

const plain = styleOf(false);
const hint = ['? for keys', 'Ctrl-C gives everything back'];
const states = (...entries: readonly [string, LiveState][]) =>
  new Map(entries.map(([resource, state]): [string, Shown] => [resource, { state }]));

it('names each bridge with its state, and how it will end', () => {
  expect(statusLine(states(['bridge/app:8155', 'live']), hint, 79, plain)).toBe(
    '● app:8155 live   ? for keys; Ctrl-C gives everything back',
  );
});

it('puts first what is not live', () => {
  const some = states(['bridge/app:1', 'live'], ['bridge/db:2', 'resting'], ['bridge/web:3', 'lost']);
  expect(statusLine(some, hint, 79, plain)).toBe(
    '✖ web:3 lost  ○ db:2 resting  ● app:1 live   Ctrl-C gives everything back',
  );
});

it('counts the places of a bridge that is not live at all of them, before what is', () => {
  const some = states(['bridge/app:1', 'live']).set('bridge/db:2', {
    state: 'live',
    count: { live: 3, of: 5 },
  });
  expect(statusLine(some, [], 79, plain)).toBe('● db:2 live 3/5  ● app:1 live');
});

it('never is longer than the terminal is wide', () => {
  const many = states(
    ...Array.from({ length: 12 }, (_, at) => [`bridge/app:${at}`, 'live'] as [string, 'live']),
  );
  for (const width of [10, 20, 40, 79, 200])
    expect(statusLine(many, hint, width, plain).length).toBeLessThanOrEqual(width);
  expect(statusLine(many, hint, 40, plain)).toBe('● app:0 live  ● app:1 live  +10 more');
});

it('has the hints there is room for', () => {
  const live = states(['bridge/app:8155', 'live']);
  expect(statusLine(live, hint, 46, plain)).toBe('● app:8155 live   Ctrl-C gives everything back');
  expect(statusLine(live, hint, 45, plain)).toBe('● app:8155 live   ? for keys');
  expect(statusLine(live, hint, 20, plain)).toBe('● app:8155 live');
  expect(statusLine(states(), hint, 20, plain)).toBe('? for keys');
});

it('tells a change of state with its reason', () => {
  const of = { type: 'state', resource: 'bridge/app:8155' } as const;
  const reason = 'nothing listens on 127.0.0.1:8155';
  expect(stateText({ ...of, state: 'resting', reason }, plain)).toBe(
    '○ app:8155 resting: nothing listens on 127.0.0.1:8155',
  );
  expect(stateText({ ...of, state: 'live', count: { live: 1, of: 2 }, reason: 'not at pod-1' }, plain)).toBe(
    '● app:8155 live 1/2: not at pod-1',
  );
  expect(stateText({ ...of, resource: 'agent/pod/shop', state: 'lost' }, plain)).toBe('✖ pod/shop lost');
});

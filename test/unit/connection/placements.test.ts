import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Placements } from '../../../src/connection/placements.ts';

const HOUR_MS = 3_600_000;
const api = { id: 'p1', name: 'pod/api' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('ten agents may be placed at one place within an hour, whatever happens at others', () => {
  const placements = new Placements();
  for (let times = 0; times < 10; times += 1) {
    vi.advanceTimersByTime(HOUR_MS / 20);
    placements.add(api);
    placements.add({ id: `other ${times}`, name: 'pod/other' });
  }
  expect(() => placements.add(api)).toThrow('an agent was placed at pod/api 10 times within an hour');
  vi.advanceTimersByTime(HOUR_MS / 2);
  expect(() => placements.add(api)).toThrow('10 times');
  vi.advanceTimersByTime(HOUR_MS / 20);
  placements.add(api);
  expect(() => placements.add(api)).toThrow('10 times');
});

it('what was refused was never there, and does not count', () => {
  const placements = new Placements();
  for (let times = 0; times < 9; times += 1) {
    vi.advanceTimersByTime(1);
    placements.add(api);
  }
  for (let times = 0; times < 20; times += 1) {
    vi.advanceTimersByTime(1);
    placements.add(api)();
  }
  vi.advanceTimersByTime(1);
  placements.add(api);
  expect(() => placements.add(api)).toThrow('10 times');
});

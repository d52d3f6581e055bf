import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { orEvery } from '../../../src/common/or-every.ts';
import { Feed } from '../../fakes/feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what comes is passed on, and that nothing comes is told again and again', async () => {
  const feed = new Feed<string>();
  const got: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const value of orEvery(feed.subscribe(), 1000)) got.push(value);
  })();
  feed.publish('a');
  await vi.advanceTimersByTimeAsync(2500);
  feed.publish('b');
  await vi.advanceTimersByTimeAsync(999);
  expect(got).toEqual(['a', undefined, undefined, 'b']);
  feed.end();
  await reading;
  expect(vi.getTimerCount()).toBe(0);
});

it('whoever leaves is not kept, and a source that fails fails', async () => {
  const ended = new AbortController();
  const feed = new Feed<string>();
  const reading = (async () => {
    for await (const value of orEvery(feed.subscribe(ended.signal), 1000)) return value ?? 'nothing came';
    return 'it ended';
  })();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await reading).toBe('nothing came');
  ended.abort();
  async function* failing() {
    yield 1;
    throw new Error('no more');
  }
  await expect(
    (async () => {
      for await (const _ of orEvery(failing(), 1000));
    })(),
  ).rejects.toThrow('no more');
  expect(vi.getTimerCount()).toBe(0);
});

import { expect, it } from 'vitest';
import { drainConnections } from '../../../src/agent/drain.ts';
import { SilentCallers } from '../../../src/agent/silent-callers.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

it('a caller who has spoken is not touched by those who wait for the end of silent ones', async () => {
  const [client, caller] = await aSocketPair();
  const ends: string[] = [];
  client.on('end', () => ends.push('end')).on('close', () => ends.push('close'));
  client.resume();
  const silent = new SilentCallers();
  const spoken = silent.add(caller);
  const drained = drainConnections(silent.all(), { deadlineMs: 1200, streamsEnd: 'soon' });
  setTimeout(spoken, 50);
  const begun = performance.now();
  expect(await drained).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(1000);
  expect([caller.destroyed, caller.writableEnded, ends]).toEqual([false, false, []]);
});

it('one who says nothing is ended after a while', async () => {
  const [client, caller] = await aSocketPair();
  client.on('end', () => client.end()).resume();
  caller.resume();
  const silent = new SilentCallers();
  silent.add(caller);
  expect(await drainConnections(silent.all(), { deadlineMs: 5000, streamsEnd: 'soon' })).toEqual([]);
  expect(caller.writableEnded).toBe(true);
  expect(silent.all()).toEqual([]);
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ASKING } from '../../../src/agent/timings.ts';
import { answerTo, aPool, ask, ofUser, SharedPort } from './shared-port.ts';

const YES = { yields: true, reason: '' };
const NO = { yields: false, reason: 'in use: a request 12s ago' };

afterEach(() => vi.useRealTimers());

describe('a port that somebody else has', () => {
  it('is let go of when its session agrees, which gives it back by itself', async () => {
    const port = await SharedPort.open();
    const [ann, bob] = [await port.session('ann'), await port.session('bob')];
    await ann.come();
    ann.answer = YES;
    expect(await bob.ask(false)).toBeUndefined();
    expect(await ask(port.agentPort, {})).toBe('ann');
    expect(await bob.ask(true)).toBeUndefined();
    expect(port.claims.held()).toEqual([]);
    await bob.come();
    expect(await ask(port.agentPort, {})).toBe('bob');
    expect(ann.told.find(({ type }) => type === 'asked')).toMatchObject({
      by: { user: 'bob', project: 'shop', since: 17 },
      session: 'bob',
      tunnel: 'app',
      now: false,
    });
  });

  it('stays when its session says why', async () => {
    const port = await SharedPort.open();
    const [ann, bob] = [await port.session('ann'), await port.session('bob')];
    await ann.come();
    for (const answer of [NO, { ...NO, waits: true }]) {
      ann.answer = answer;
      const { yields: _, ...said } = answer;
      expect(await bob.ask(true)).toMatchObject({ holder: { session: 'ann' }, ...said });
    }
    expect(await ask(port.agentPort, {})).toBe('ann');
  });

  it('stays when its session does not answer', async () => {
    const port = await SharedPort.open();
    const [ann, bob] = [await port.session('ann'), await port.session('bob')];
    await ann.come();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = bob.ask(true);
    await vi.advanceTimersByTimeAsync(ASKING.answerMs);
    expect(await asked).toMatchObject({ reason: 'its session does not answer' });
  });

  it('is asked of those alone who have the same requests', async () => {
    const port = await SharedPort.open();
    const [ann, bob, cleo] = [
      await port.session('ann', ofUser('ann')),
      await port.session('bob', ofUser('bob')),
      await port.session('cleo', ofUser('ann')),
    ];
    await ann.come();
    await bob.come();
    [ann.answer, bob.answer] = [YES, NO];
    expect(await cleo.ask(true)).toBeUndefined();
    await cleo.come();
    expect(bob.told.some(({ type }) => type === 'asked')).toBe(false);
  });

  it('is not let go of while one of several keeps it', async () => {
    const port = await SharedPort.open();
    const terms = { match: [...(ofUser('ann').match ?? []), ...(ofUser('bob').match ?? [])], except: [] };
    const [ann, bob, cleo] = [
      await port.session('ann', ofUser('ann')),
      await port.session('bob', ofUser('bob')),
      await port.session('cleo', terms),
    ];
    await ann.come();
    await bob.come();
    [ann.answer, bob.answer] = [YES, NO];
    expect(await cleo.ask(false)).toMatchObject({ holder: { session: 'bob' } });
  });
});

describe.each([
  ['whole', undefined],
  ['of a filter', ofUser('ann')],
])('how long ago a claim was used: %s', (_, filter) => {
  const headers = { 'x-user': 'ann' };

  async function held() {
    const port = await SharedPort.open();
    const ann = await port.session('ann', filter);
    await ann.come();
    return { port, ann, quietMs: () => port.claims.held()[0]?.quietMs };
  }

  it('is not known before something came', async () => {
    const { port, quietMs } = await held();
    expect(quietMs()).toBeUndefined();
    if (filter !== undefined) {
      expect(await ask(port.agentPort, {})).toBe('original');
      expect(quietMs()).toBeUndefined();
    }
  });

  it('is no time while a request is in flight, and counts from its answer', async () => {
    const { port, quietMs } = await held();
    for (const agent of [false as const, aPool(1)]) {
      const answer = answerTo(port.agentPort, headers, '/?ms=250', agent);
      await pause(120);
      expect(quietMs()).toBe(0);
      (await answer).resume();
      await pause(100);
      expect(quietMs()).toBeGreaterThan(50);
      expect(quietMs()).toBeLessThan(240);
    }
  });

  it('counts from the end of one that was broken off', async () => {
    const { port, quietMs } = await held();
    const controller = new AbortController();
    void fetch(`http://127.0.0.1:${port.agentPort}/?ms=5000`, { headers, signal: controller.signal }).catch(
      () => {},
    );
    await pause(300);
    expect(quietMs()).toBe(0);
    controller.abort();
    await vi.waitFor(() => expect(quietMs()).toBeGreaterThan(0));
    expect(quietMs()).toBeLessThan(200);
  });
});

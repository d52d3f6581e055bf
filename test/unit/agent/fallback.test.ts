import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MOST_WAITING } from '../../../src/agent/waiting.ts';
import type { Filter } from '../../../src/match/index.ts';
import { answerTo, aPool, ask, ofUser, SharedPort, type TestSession } from './shared-port.ts';

const ANN = { 'x-user': 'ann' };
const WAIT = { kind: 'wait', ms: 2000 } as const;
const FAIL = { kind: 'fail' } as const;

type Fallback = typeof WAIT | typeof FAIL | { readonly kind: 'wait'; readonly ms: number };

/** A port whose requests a session takes: all of them, or those of a user, as its fallback says. */
async function aBridge(fallback: Fallback, filter?: Filter): Promise<{ port: SharedPort; ann: TestSession }> {
  const port = await SharedPort.open();
  const ann = await port.session('ann', filter);
  Object.assign(ann.terms, { fallback });
  await ann.come();
  return { port, ann };
}

describe.each([
  ['a whole port', undefined],
  ['requests that a filter takes', ofUser('ann')],
])('of %s', (_, filter) => {
  it('what comes while the service is away waits for it, and is answered by it', async () => {
    const { port, ann } = await aBridge(WAIT, filter);
    await ann.stopService();
    await ann.away();
    const asked = [ask(port.agentPort, ANN), ask(port.agentPort, ANN, { path: '/x' })];
    await pause(200);
    await ann.startService();
    await ann.back();
    expect(await Promise.all(asked)).toEqual(['ann', 'ann']);
    expect(port.asked.get('original')).toBeUndefined();
  });

  it('what the service refuses before anybody knows that it is away waits, too', async () => {
    const { port, ann } = await aBridge(WAIT, filter);
    await ann.stopService();
    const asked = ask(port.agentPort, ANN, { path: '/early' });
    await pause(100);
    await ann.away();
    await ann.startService();
    await ann.back();
    expect(await asked).toBe('ann');
  });

  it('what was refused when the service was wanted again meanwhile goes there at once', async () => {
    const { port, ann } = await aBridge({ kind: 'wait', ms: 20_000 }, filter);
    await ann.stopService();
    const asked = ask(port.agentPort, ANN);
    await ann.startService();
    await ann.back();
    expect(await asked).toBe('ann');
  });

  it('what has waited long enough is answered by the original, as is all that comes then', async () => {
    const { port, ann } = await aBridge({ kind: 'wait', ms: 300 }, filter);
    await ann.stopService();
    await ann.away();
    const begun = performance.now();
    expect(await ask(port.agentPort, ANN)).toBe('original');
    expect(performance.now() - begun).toBeGreaterThan(250);
    const late = performance.now();
    expect(await ask(port.agentPort, ANN)).toBe('original');
    expect(performance.now() - late).toBeLessThan(200);
  });

  it('what waits when the session is killed is answered by the original at once', async () => {
    const { port, ann } = await aBridge({ kind: 'wait', ms: 30_000 }, filter);
    await ann.stopService();
    await ann.away();
    const asked = [ask(port.agentPort, ANN), ask(port.agentPort, ANN)];
    await pause(100);
    const begun = performance.now();
    await ann.vanish();
    expect(await Promise.all(asked)).toEqual(['original', 'original']);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('no more than so many wait; the original answers the others', async () => {
    const { port, ann } = await aBridge({ kind: 'wait', ms: 20_000 }, filter);
    await ann.stopService();
    await ann.away();
    const asked = Array.from({ length: MOST_WAITING + 3 }, () => ask(port.agentPort, ANN));
    const first = await Promise.race(asked);
    expect(first).toBe('original');
    await ann.startService();
    await ann.back();
    const answers = await Promise.all(asked);
    expect(answers.filter((by) => by === 'original')).toHaveLength(3);
    expect(answers.filter((by) => by === 'ann')).toHaveLength(MOST_WAITING);
  });

  it('a caller who does not wait leaves no trace, and room for another', async () => {
    const { port, ann } = await aBridge({ kind: 'wait', ms: 20_000 }, filter);
    await ann.stopService();
    await ann.away();
    for (let count = 0; count < MOST_WAITING; count += 1) {
      const caller = connect({ port: port.agentPort, host: '127.0.0.1' });
      caller.on('error', () => {});
      caller.write('GET / HTTP/1.1\r\nhost: x\r\nx-user: ann\r\n\r\n');
      onTestFinished(() => void caller.destroy());
      setTimeout(() => caller.resetAndDestroy(), 300);
    }
    await pause(800);
    const asked = ask(port.agentPort, ANN);
    await pause(100);
    await ann.startService();
    await ann.back();
    expect(await asked).toBe('ann');
    expect(port.asked.get('original')).toBeUndefined();
  });

  it('a service that is started anew answers what is in flight, and then what has come meanwhile', async () => {
    const { port, ann } = await aBridge(WAIT, filter);
    const inFlight = ask(port.agentPort, ANN, { path: '/?ms=300' });
    await pause(50);
    const drained = ann.away(5000);
    const asked = ask(port.agentPort, ANN);
    expect(await drained).toEqual([]);
    expect(await inFlight).toBe('ann');
    await ann.stopService();
    await pause(100);
    await ann.startService();
    await ann.back();
    expect(await asked).toBe('ann');
  });

  it('the original never answers where requests are refused instead', async () => {
    const { port, ann } = await aBridge(FAIL, filter);
    await ann.stopService();
    const early = await ask(port.agentPort, ANN);
    await ann.away();
    const later = await ask(port.agentPort, ANN);
    for (const answer of [early, later])
      expect(answer).toMatch(/^devenv: port \d+ is bridged to project shop of ann/);
    await ann.startService();
    await ann.back();
    expect(await ask(port.agentPort, ANN)).toBe('ann');
    await ann.vanish();
    expect(await ask(port.agentPort, ANN)).toBe('original');
  });

  it('a caller keeps its connection while the service restarts', async () => {
    const { port, ann } = await aBridge(WAIT, filter);
    const caller = connect({ port: port.agentPort, host: '127.0.0.1' });
    onTestFinished(() => void caller.destroy());
    const ask = async () => {
      caller.write('GET / HTTP/1.1\r\nhost: x\r\nx-user: ann\r\n\r\n');
      return String((await once(caller, 'data'))[0]);
    };
    expect(await ask()).toMatch(/ann/);
    await ann.stopService();
    await ann.away();
    const asked = ask();
    await pause(50);
    await ann.startService();
    await ann.back();
    expect(await asked).toMatch(/ann/);
  });

  it('kept connections are used on, or closed between requests, when the service restarts', async () => {
    const { port, ann } = await aBridge(WAIT, filter);
    const pool = aPool(1);
    for (let times = 0; times < 3; times += 1) {
      expect(await ask(port.agentPort, ANN, { agent: pool })).toBe('ann');
      await ann.stopService();
      await pause(20);
      const asked = ask(port.agentPort, ANN, { agent: pool });
      await ann.away();
      await pause(50);
      await ann.startService();
      await ann.back();
      expect(await asked).toBe('ann');
    }
    expect(port.asked.get('original')).toBeUndefined();
  });
});

it('a request with a body that is refused comes whole to the service that is back', async () => {
  const { port, ann } = await aBridge(WAIT, ofUser('ann'));
  await ann.stopService();
  const body = 'x'.repeat(300_000);
  const asked = fetch(`http://127.0.0.1:${port.agentPort}/echo`, { method: 'POST', headers: ANN, body });
  await pause(100);
  await ann.startService();
  await ann.back();
  expect(await (await asked).text()).toBe(`ann ${body.length}`);
});

it('what is no HTTP is refused by a reset', async () => {
  const { port, ann } = await aBridge(FAIL);
  await ann.stopService();
  await ann.away();
  const caller = connect({ port: port.agentPort, host: '127.0.0.1' });
  caller.write('*1\r\n$4\r\nPING\r\n');
  await expect(once(caller, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('a refusal says why, and closes nothing that it need not', async () => {
  const { port, ann } = await aBridge(FAIL, ofUser('ann'));
  await ann.stopService();
  await ann.away();
  const answer = await answerTo(port.agentPort, ANN);
  answer.resume();
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '1' });
  expect(await ask(port.agentPort, {})).toBe('original');
});

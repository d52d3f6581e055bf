import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveBridges } from '../../../src/bridges/live-bridges.ts';
import type { BridgeAgent, BridgeRoutes } from '../../../src/bridges/ports.ts';
import { deferred } from '../../../src/common/deferred.ts';
import type { Event } from '../../../src/model/event.ts';
import type { ServiceSide } from '../../../src/model/service-side.ts';
import type { Fallback } from '../../../src/model/workspace.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import { A_BRIDGED_PORT as bridge } from '../../builders/observed.ts';
import { serving } from '../../builders/service-side.ts';

/** An open bridge at an agent that writes down what it is asked, and answers a drain with `drained`. */
async function anOpenBridge(side = serving, fallback: Fallback = { kind: 'original' }) {
  const asked: string[] = [];
  const told: Event[] = [];
  const drained = deferred<readonly string[]>();
  const answer = async (request: Parameters<BridgeAgent['request']>[0]): Promise<AgentEvent> => {
    const drain = 'drain' in request && request.drain !== undefined ? ` within ${request.drain}` : '';
    const away = 'away' in request && request.away === true ? ' while away' : '';
    asked.push(`${request.type}${away}${drain}`);
    if (request.type === 'rest' && drain !== '') return { type: 'done', id: 1, cut: await drained.promise };
    return { type: 'done', id: 1 };
  };
  const agent: BridgeAgent = {
    place: 'pod/x-1',
    placeId: 'x-1',
    probeUserAgents: () => [],
    isSilent: false,
    request: answer,
    giveBack: answer,
  };
  let hear = (_: ServiceSide) => {};
  const routes: BridgeRoutes = {
    followAgents: (_, listener) => {
      listener.up(agent);
      return () => {};
    },
    followSide: (_service, _port, listener) => {
      hear = listener;
      listener(side);
      return () => {};
    },
  };
  const bridges = new LiveBridges((event) => told.push(event));
  await bridges.open(
    { ...bridge, traffic: { ...bridge.traffic, fallback } },
    routes,
    new AbortController().signal,
  );
  asked.splice(0);
  const ending = new AbortController();
  const progress: string[] = [];
  const terms = {
    drainMs: 3000,
    signal: ending.signal,
    progress: (resource: string, message: string) => progress.push(`${resource}: ${message}`),
  };
  return {
    bridges,
    asked,
    told,
    drained,
    ending,
    terms,
    progress,
    hear: (facts: ServiceSide) => hear(facts),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work for which a service is stopped', () => {
  it('begins when requests in flight have ended, and only then requests come here again', async () => {
    const { bridges, asked, drained, terms } = await anOpenBridge();
    let works = false;
    const work = deferred();
    const over = bridges.aside('api', terms, () => {
      works = true;
      return work.promise;
    });
    await turn();
    expect([asked, works]).toEqual([['rest within 3000'], false]);
    drained.resolve([]);
    await turn();
    expect([asked.length, works]).toEqual([1, true]);
    work.resolve();
    await over;
    await turn();
    expect(asked.slice(1)).toEqual(['resume']);
  });

  it('is followed by requests as soon as the service takes them, and by a rest when it does not for long', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    for (const [comesBack, then] of [
      [true, 'resume'],
      [false, 'rest'],
    ] as const) {
      const { bridges, asked, drained, terms, hear } = await anOpenBridge();
      drained.resolve([]);
      await bridges.aside('api', terms, async () => hear({ ...serving, listens: false }));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(asked).toEqual(['rest within 3000']);
      if (comesBack) hear(serving);
      else await vi.advanceTimersByTimeAsync(10_000);
      await vi.advanceTimersByTimeAsync(1);
      expect(asked.slice(1)).toEqual([then]);
    }
  });

  it('names callers whose request was cut off for it', async () => {
    const { bridges, told, drained, terms } = await anOpenBridge();
    drained.resolve(['10.0.0.1:4711']);
    await bridges.aside('api', terms, async () => {});
    expect(told.filter(({ type }) => type === 'warning')).toMatchObject([
      {
        message:
          '1 request was cut off when service api was stopped to be started anew, not answered within 3 s: from 10.0.0.1:4711',
      },
    ]);
  });

  it('says for what it waits', async () => {
    const { bridges, progress, drained, terms } = await anOpenBridge();
    setTimeout(() => drained.resolve([]), 900);
    await bridges.aside('api', terms, async () => {});
    expect(progress).toEqual(['container/api: requests in flight end first, within 3 s']);
  });

  it('takes the bridge back also when it fails, or is not wanted any more', async () => {
    const { bridges, asked, drained, ending, terms } = await anOpenBridge();
    ending.abort();
    await expect(bridges.aside('api', terms, async () => {})).rejects.toMatchObject({ code: 'cancelled' });
    drained.resolve([]);
    const again = { ...terms, signal: new AbortController().signal };
    const fails = async () => {
      throw new Error('no');
    };
    await expect(bridges.aside('api', again, fails)).rejects.toThrow('no');
    await turn();
    expect(asked.at(-1)).toBe('resume');
  });

  it('waits for nothing where the gateway does not answer, nor for bridges of another service', async () => {
    const silent = await anOpenBridge({ ...serving, gateway: 'silent' });
    await silent.bridges.aside('api', silent.terms, async () => {});
    const other = await anOpenBridge();
    await other.bridges.aside('web', other.terms, async () => {});
    expect([...silent.asked, ...other.asked]).toEqual([]);
  });
});

describe('a service that is away', () => {
  const away = { ...serving, listens: false };

  it('is left to the original, where nothing else is said', async () => {
    const { asked, hear } = await anOpenBridge();
    hear(away);
    await turn();
    expect(asked).toEqual(['rest']);
  });

  it('is waited for, but not before its first start, and not for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { asked, hear } = await anOpenBridge(away, { kind: 'wait', ms: 5000 });
    hear({ ...away, isHealthy: false });
    await turn();
    expect(asked).toEqual([]);
    hear(serving);
    await turn();
    hear(away);
    await turn();
    expect(asked).toEqual(['resume', 'rest while away']);
    vi.advanceTimersByTime(4900);
    await turn();
    expect(asked).toHaveLength(2);
    vi.advanceTimersByTime(200);
    await turn();
    expect(asked.slice(2)).toEqual(['rest']);
    hear(serving);
    await turn();
    hear(away);
    await turn();
    expect(asked.slice(3)).toEqual(['resume', 'rest while away']);
  });

  it('is waited for while it is started anew', async () => {
    const { bridges, asked, drained, terms } = await anOpenBridge(serving, { kind: 'wait', ms: 5000 });
    drained.resolve([]);
    await bridges.aside('api', terms, async () => {});
    expect(asked[0]).toBe('rest while away within 3000');
  });

  it('has its requests refused from the beginning, where that is said', async () => {
    const { asked, hear } = await anOpenBridge(serving, { kind: 'fail' });
    hear(away);
    await turn();
    expect(asked).toEqual(['rest while away']);
  });
});

describe('a service that somebody stops', () => {
  it.each<Fallback>([{ kind: 'original' }, { kind: 'wait', ms: 5000 }, { kind: 'fail' }])(
    'leaves all to the original at once, with the fallback $kind, and nobody waits for it',
    async (fallback) => {
      const { bridges, asked, told, drained, terms, hear } = await anOpenBridge(serving, fallback);
      // As both are done at once.
      hear({ ...serving, isStopped: true });
      const over = bridges.aside('api', terms, async () => {});
      await turn();
      expect(asked).toEqual(['rest within 3000']);
      drained.resolve(['10.0.0.1']);
      await over;
      hear({ ...serving, listens: false, ended: 'exit code 143', isStopped: true });
      await turn();
      expect(asked.splice(0)).toEqual(['rest within 3000', 'rest']);
      expect(told).toContainEqual(
        expect.objectContaining({
          type: 'warning',
          message: expect.stringContaining('when service api was stopped'),
        }),
      );
      expect(told.findLast(({ type }) => type === 'state')).toMatchObject({
        state: 'resting',
        reason: 'the service is stopped, the original answers',
      });

      // It is as if it had not been there yet.
      hear({ ...serving, listens: false });
      await turn();
      expect(asked.splice(0)).toEqual(fallback.kind === 'fail' ? ['rest while away'] : []);
      hear(serving);
      await turn();
      expect(asked).toEqual(['resume']);
    },
  );

  it('was being started anew, and is expected no longer', async () => {
    const { bridges, asked, drained, terms, hear } = await anOpenBridge();
    drained.resolve([]);
    await bridges.aside('api', terms, async () => hear({ ...serving, listens: false }));
    hear({ ...serving, listens: false, isStopped: true });
    await turn();
    expect(asked).toEqual(['rest within 3000', 'rest']);
  });
});

import { expect, it, onTestFinished } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import type { AgentLink } from '../../../src/connection/agent-link.ts';
import { firstConnected, PlaceLink } from '../../../src/connection/place-link.ts';
import { Placements } from '../../../src/connection/placements.ts';
import type { Place, PlacedAgent } from '../../../src/platform/index.ts';
import { FakePlatform } from '../../fakes/index.ts';

const place: Place = {
  id: 'p',
  name: 'pod/p',
  handle: 'h',
  isReady: true,
  isStarting: false,
  trouble: undefined,
  idleAgent: 'ends',
  probeUserAgents: () => [],
};

it('a target that comes to a place later does not fail for a first attempt that was made good', async () => {
  const opened = Promise.reject(new Error('not now'));
  opened.catch(() => {});
  const ending = new AbortController();
  await expect(firstConnected({ place, agent: undefined, opened }, ending.signal)).rejects.toThrow('not now');
  const agent = {} as AgentLink;
  await expect(firstConnected({ place, agent, opened }, ending.signal)).resolves.toBeUndefined();
});

it('an agent that another session has just placed is waited for', async () => {
  const agent: PlacedAgent = { placeId: 'p', handle: 'a', secret: 's', port: undefined };
  const asked: string[] = [];
  const platform = Object.assign(new FakePlatform(), {
    findAgent: async () => agent,
    placeAgent: async () => {
      asked.push('place');
      return agent;
    },
    dialAgent: async () => {
      asked.push('dial');
      const code = asked.includes('place') ? 'protocol-mismatch' : 'agent-failed';
      throw new DevenvError({ code, message: 'nobody listens there', owner: 'environment' });
    },
  });
  const link = new PlaceLink(place, 'net', {
    platform,
    identity: { id: 's', project: 'shop', user: 'ann@desk', since: 1 },
    agentImage: 'agent',
    placements: new Placements(),
  });
  onTestFinished(() => link.abandon());
  await expect(link.opened).rejects.toThrow('nobody listens there');
  expect(asked.slice(-2)).toEqual(['place', 'dial']);
});

it('an agent whose placing is undone is not waited for, but that is', async () => {
  const told: string[] = [];
  const platform = Object.assign(new FakePlatform(), {
    findAgent: async () => undefined,
    placeAgent: async (_: Place, __: unknown, signal?: AbortSignal) => {
      await new Promise((aborted) => signal?.addEventListener('abort', aborted));
      await new Promise((resolve) => setTimeout(resolve, 50));
      told.push('undone');
      throw new DevenvError({ code: 'cancelled', message: 'cancelled', owner: 'user' });
    },
  });
  const link = new PlaceLink({ ...place, undoesPlacing: true }, 'plain', {
    platform,
    identity: { id: 's', project: 'shop', user: 'ann@desk', since: 1 },
    agentImage: 'agent',
    placements: new Placements(),
  });
  link.opened.catch(() => {});
  await expect(firstConnected(link, AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'cancelled' });
  await link.close();
  expect(told).toEqual(['undone']);
});

import { expect, it } from 'vitest';
import { findAgent, placeAgent } from '../../../src/kubernetes/agents.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aServer } from './api-server.ts';

const place: Place = {
  id: 'uid-1',
  name: 'app-1',
  handle: 'shop/app-1',
  isReady: true,
  isStarting: false,
  trouble: undefined,
  idleAgent: 'lingers',
  probeUserAgents: () => [],
};

it.each([
  ['is about to end', { deletionTimestamp: '2026-01-01T00:00:00Z' }, 'Running'],
  ['has ended, as one that was evicted', {}, 'Failed'],
])('no agent is looked for or placed in a pod that %s', async (_, metadata, phase) => {
  const server = await aServer(() => ({
    metadata: { name: 'app-1', uid: 'uid-1', ...metadata },
    spec: { nodeName: 'node', containers: [] },
    status: { phase },
  }));
  expect(await findAgent(server.api, place, 'net')).toBeUndefined();
  const placed = placeAgent(server.api, place, { kind: 'net', image: 'agent:1', secret: 's' });
  await expect(placed).rejects.toThrow('no agent can be placed in pod app-1: the pod is gone, or ends');
  expect(server.rounds.flat().filter((asked) => asked.startsWith('PATCH'))).toEqual([]);
});

import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { closedWayTo } from '../../../src/kubernetes/closed-services.ts';
import { aServer } from './api-server.ts';

const pod = (ready: boolean): V1Pod => ({
  metadata: { name: 'shop-1', labels: { app: 'shop', 'pod-template-hash': '5d9' } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const service = (name: string, spec: object) => ({ metadata: { name }, spec });

const closed = service('shop', { selector: { app: 'shop' } });
const others = [
  service('other', { selector: { app: 'other' } }),
  service('by-hand', {}),
  service('told', { selector: { app: 'shop' }, publishNotReadyAddresses: true }),
];

it('a Service that selects pods none of which is ready sends them nothing, and is told with the patch', async () => {
  const { api, rounds } = await aServer(() => ({ items: [closed, ...others] }));
  expect(await closedWayTo(api, [pod(false)])).toEqual({
    why: 'no pod of it is ready, so that Service shop sends nothing there',
    remedy: `kubectl -n shop patch service shop -p '{"spec":{"publishNotReadyAddresses":true}}'`,
  });
  expect(rounds).toEqual([['GET /api/v1/namespaces/shop/services']]);
});

it('several are told together', async () => {
  const { api } = await aServer(() => ({ items: [closed, service('admin', { selector: { app: 'shop' } })] }));
  expect((await closedWayTo(api, [pod(false)]))?.why).toBe(
    'no pod of it is ready, so that the Services admin and shop send nothing there',
  );
});

it('nobody is asked where a pod is ready, and nothing is told where no Service waits for it', async () => {
  const { api, rounds } = await aServer(() => ({ items: others }));
  expect(await closedWayTo(api, [pod(false), pod(true)])).toBeUndefined();
  expect(await closedWayTo(api, [])).toBeUndefined();
  expect(rounds).toEqual([]);
  expect(await closedWayTo(api, [pod(false)])).toBeUndefined();
});

it('whoever may not look for Services is told nothing', async () => {
  const { api } = await aServer((_, by) => {
    by.writeHead(403);
    return { kind: 'Status', reason: 'Forbidden', message: 'services is forbidden' };
  });
  expect(await closedWayTo(api, [pod(false)])).toBeUndefined();
});

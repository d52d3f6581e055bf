import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type { ClusterApi, WatchEvent } from '../../../src/kubernetes/api.ts';
import { watchTarget } from '../../../src/kubernetes/watch-target.ts';

const reference = { kind: 'deployment', path: ['app'] } as const;

function aPod(name: string, status: V1Pod['status']): V1Pod {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      labels: { 'pod-template-hash': '1' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'app-1', uid: 'r', controller: true },
      ],
    },
    spec: { nodeName: 'node', containers: [] },
    status: { phase: 'Pending', ...status },
  };
}

it('many changes of many replicas at once are one look for whoever is still looking', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const stages: readonly V1Pod['status'][] = [
    {},
    { podIP: '10.0.0.1' },
    { podIP: '10.0.0.1', phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  ];
  async function* events(): AsyncGenerator<WatchEvent<V1Pod>> {
    for (const status of stages)
      for (const name of names) yield { type: 'MODIFIED', object: aPod(name, status) };
    await new Promise(() => {});
  }
  const api = {
    cluster: { namespace: 'shop' },
    send: async ({ path }: { path: string }) =>
      path.endsWith('/pods')
        ? { items: [], metadata: { resourceVersion: '1' } }
        : { metadata: { name: 'app', uid: 'd' }, spec: { selector: { matchLabels: { app: 'app' } } } },
    watch: events,
  } as unknown as ClusterApi;
  const enough = new AbortController();
  let changes = 0;
  void (async () => {
    for await (const _ of watchTarget(api, { reference, places: [] }, enough.signal)) {
      changes += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  // The first, and how it is then.
  expect(changes).toBe(2);
});

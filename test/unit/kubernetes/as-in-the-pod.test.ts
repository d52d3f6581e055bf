import type { V1Service } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { readEnvironment } from '../../../src/kubernetes/environment.ts';
import { aPod, aTinyCluster } from './tiny-cluster.ts';

const service = (name: string, spec: V1Service['spec'], created = '2026-01-01T00:00:00Z') => ({
  metadata: { name, creationTimestamp: created },
  spec,
});
const services = {
  '/api/v1/namespaces/shop/services': {
    items: [
      service('shop-db', {
        clusterIP: '10.0.0.9',
        ports: [
          { name: 'sql', port: 5432 },
          { name: 'stats-udp', port: 9125, protocol: 'UDP' },
        ],
      }),
      service('headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
      service('later', { clusterIP: '10.0.0.10', ports: [{ port: 80 }] }, '2026-03-01T00:00:00Z'),
    ],
  },
};
const node = { '/api/v1/nodes/node': { status: { allocatable: { cpu: '3920m', memory: '8Gi' } } } };

async function variables(more: object, objects: Readonly<Record<string, unknown>>, podFields: object = {}) {
  const pod = aPod('app', { containers: [{ name: 'app', ...more }], ...podFields });
  const status = { ...pod.status, startTime: new Date('2026-02-01T00:00:00Z') };
  await using cluster = await aTinyCluster({ objects, pods: [{ ...pod, status }] });
  return await readEnvironment(cluster.api, { kind: 'pod', path: ['app'] });
}

it('variables tell of the Services that were there when the pod started', async () => {
  const env = [
    { name: 'URL', value: 'db at $(SHOP_DB_SERVICE_HOST)' },
    { name: 'SHOP_DB_SERVICE_PORT', value: 'own' },
  ];
  const found = await variables({ env }, services);
  expect(found).toEqual({
    KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc',
    KUBERNETES_SERVICE_PORT: '443',
    SHOP_DB_PORT: 'tcp://10.0.0.9:5432',
    SHOP_DB_PORT_5432_TCP: 'tcp://10.0.0.9:5432',
    SHOP_DB_PORT_5432_TCP_ADDR: '10.0.0.9',
    SHOP_DB_PORT_5432_TCP_PORT: '5432',
    SHOP_DB_PORT_5432_TCP_PROTO: 'tcp',
    SHOP_DB_PORT_9125_UDP: 'udp://10.0.0.9:9125',
    SHOP_DB_PORT_9125_UDP_ADDR: '10.0.0.9',
    SHOP_DB_PORT_9125_UDP_PORT: '9125',
    SHOP_DB_PORT_9125_UDP_PROTO: 'udp',
    SHOP_DB_SERVICE_HOST: '10.0.0.9',
    SHOP_DB_SERVICE_PORT: 'own',
    SHOP_DB_SERVICE_PORT_SQL: '5432',
    SHOP_DB_SERVICE_PORT_STATS_UDP: '9125',
    URL: 'db at 10.0.0.9',
  });
});

it('a pod that does not want to be told of Services is not, nor is one whose Services may not be listed', async () => {
  const plain = { KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: '443' };
  expect(await variables({}, services, { enableServiceLinks: false })).toEqual(plain);
  expect(await variables({}, {})).toEqual(plain);
});

const resource = (name: string, which: string, divisor?: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource: which, ...(divisor === undefined ? {} : { divisor }) } },
});

it('without a limit a container has what its node can give, and what it does not request is 0', async () => {
  const env = [
    resource('CPUS', 'limits.cpu'),
    resource('MILLI', 'limits.cpu', '1m'),
    resource('MEMORY', 'limits.memory', '1Mi'),
    resource('ASKED', 'requests.memory'),
  ];
  const resources = { limits: { memory: '128Mi' } };
  expect(await variables({ env }, node)).toMatchObject({
    CPUS: '4',
    MILLI: '3920',
    MEMORY: '8192',
    ASKED: '0',
  });
  expect(await variables({ env, resources }, node)).toMatchObject({ MEMORY: '128' });
});

it('what the node can give is left out where nobody may look', async () => {
  const env = [resource('MEMORY', 'limits.memory')];
  expect(await variables({ env }, {})).not.toHaveProperty('MEMORY');
});

import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/kubernetes/environment.ts';
import { byNamespace, permissionsFor } from '../../../src/kubernetes/permissions.ts';
import { portNumber } from '../../../src/kubernetes/ports.ts';
import { resolveTarget } from '../../../src/kubernetes/targets.ts';
import { readWorkload } from '../../../src/kubernetes/workloads.ts';
import type { TargetRef } from '../../../src/model/workspace.ts';
import { aPod, aTinyCluster } from './tiny-cluster.ts';

const withSidecar: V1PodSpec = {
  initContainers: [
    { name: 'prepare' },
    {
      name: 'proxy',
      restartPolicy: 'Always',
      env: [{ name: 'WHO', value: 'proxy' }],
      ports: [{ name: 'tls', containerPort: 8443 }],
    },
  ],
  containers: [
    { name: 'app', env: [{ name: 'WHO', value: 'app' }], ports: [{ name: 'http', containerPort: 8080 }] },
  ],
};

const nothing = {
  project: 'shop',
  bridges: [],
  outbound: [],
  environments: [],
  files: [],
  agentImage: 'agent',
};

const pod = (...path: string[]): TargetRef => ({ kind: 'pod', path });
const service = (...path: string[]): TargetRef => ({ kind: 'service', path });

describe('a native sidecar', () => {
  it('is a container by its name, with its ports and variables', async () => {
    await using cluster = await aTinyCluster({ pods: [aPod('native', withSidecar)] });
    const { api } = cluster;
    const workload = await readWorkload(api, pod('native', 'proxy'));
    expect(portNumber(pod('native', 'proxy'), workload, 'tls')).toBe(8443);
    expect(portNumber(pod('native'), workload, 'tls')).toBe(8443);
    expect(await readEnvironment(api, pod('native', 'proxy'))).toMatchObject({ WHO: 'proxy' });
    expect((await resolveTarget(api, pod('native', 'proxy'))).places).toHaveLength(1);
  });

  it('is not meant where no container is named', async () => {
    await using cluster = await aTinyCluster({ pods: [aPod('native', withSidecar)] });
    expect(await readEnvironment(cluster.api, pod('native'))).toMatchObject({ WHO: 'app' });
  });

  it('is told from a container that ends before the others start', async () => {
    await using cluster = await aTinyCluster({ pods: [aPod('native', withSidecar)] });
    await expect(resolveTarget(cluster.api, pod('native', 'prepare'))).rejects.toMatchObject({
      message: expect.stringContaining('ends before the others start'),
      hint: 'containers: app, proxy',
    });
  });
});

describe('a Service', () => {
  const at = '/api/v1/namespaces/shop/services/shop';
  const spec = {
    selector: { app: 'native' },
    ports: [
      { name: 'web', port: 80, targetPort: 'http' },
      { name: 'admin', port: 8080, targetPort: 9000 },
      { name: 'plain', port: 7000 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  };
  const objects = { [at]: { metadata: { name: 'shop' }, spec } };

  it.each([
    ['web', 8080],
    ['80', 8080],
    ['8080', 9000],
    ['admin', 9000],
    ['9000', 9000],
    ['7000', 7000],
  ])('leads by its port %s to %s of the pods', async (port, number) => {
    await using cluster = await aTinyCluster({ objects, pods: [aPod('native', withSidecar)] });
    const workload = await readWorkload(cluster.api, service('shop'));
    expect(portNumber(service('shop'), workload, port)).toBe(number);
  });

  it('says which ports it has', async () => {
    await using cluster = await aTinyCluster({ objects, pods: [aPod('native', withSidecar)] });
    const workload = await readWorkload(cluster.api, service('shop'));
    expect(() => portNumber(service('shop'), workload, '53')).toThrow(
      expect.objectContaining({ hint: 'its ports: 80 (web), 8080 (admin), 7000 (plain)' }),
    );
  });

  it('is in all of its pods, whatever made them, and has the variables of one', async () => {
    const canary = { ...aPod('canary', withSidecar), metadata: aPod('native', withSidecar).metadata ?? {} };
    const others = [aPod('native', withSidecar), { ...canary, metadata: { ...canary.metadata, uid: 'b' } }];
    await using cluster = await aTinyCluster({ objects, pods: others });
    const { api } = cluster;
    expect((await resolveTarget(api, service('shop'))).places).toHaveLength(2);
    expect(await readEnvironment(api, service('shop', 'proxy'))).toMatchObject({ WHO: 'proxy' });
  });

  it.each([
    ['no selector', { ports: [] }, 'has no selector'],
    ['another name', { externalName: 'db.example.com' }, 'another name for db.example.com'],
    [
      'no pods',
      { selector: { app: 'nobody' } },
      'no pod has the labels that the Service selects: app=nobody',
    ],
  ])('with %s is no target', async (_, without, why) => {
    await using cluster = await aTinyCluster({ objects: { [at]: { metadata: {}, spec: without } } });
    await expect(resolveTarget(cluster.api, service('shop'))).rejects.toMatchObject({
      code: 'target-unsupported',
      message: expect.stringContaining(why),
    });
  });

  it('takes the right to read it', () => {
    const needs = { ...nothing, outbound: [service('shop')] };
    expect(permissionsFor(needs, { namespace: 'shop', workload: () => undefined })).toContainEqual({
      namespace: 'shop',
      group: '',
      resource: 'services',
      verb: 'get',
      names: ['shop'],
    });
  });
});

describe('a target in another namespace', () => {
  const elsewhere: TargetRef = { kind: 'pod', path: ['native'], namespace: 'staff' };

  it('is looked for there, over the same connections', async () => {
    await using cluster = await aTinyCluster({ pods: [aPod('native', withSidecar, 'staff')] });
    const { api } = cluster;
    const { places } = await resolveTarget(api.within('staff'), elsewhere);
    expect(places.map(({ handle }) => handle)).toEqual(['staff/native']);
    expect(api.within('staff')).toBe(api.within('staff'));
    await expect(resolveTarget(api, pod('native'))).rejects.toMatchObject({ code: 'target-not-found' });
  });

  it('has rights of its own', () => {
    const needs = {
      ...nothing,
      bridges: [{ target: pod('app'), port: 80 }],
      environments: [elsewhere],
      files: [{ from: elsewhere, source: '/etc' }],
    };
    const parts = byNamespace(needs);
    expect([...parts.keys()]).toEqual([undefined, 'staff']);
    expect(parts.get('staff')).toMatchObject({ bridges: [], environments: [elsewhere], project: 'shop' });
    expect(parts.get(undefined)).toMatchObject({ environments: [], files: [] });
  });
});

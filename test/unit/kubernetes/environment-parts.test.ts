import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/kubernetes/expand.ts';
import { fieldOf } from '../../../src/kubernetes/fields.ts';
import { resourceOf } from '../../../src/kubernetes/resources.ts';

describe('references in the value of a variable', () => {
  const variables = new Map([
    ['HOST', 'db'],
    ['PORT', '5432'],
    ['EMPTY', ''],
  ]);

  it.each([
    ['$(HOST):$(PORT)', 'db:5432'],
    ['$(NOWHERE)', '$(NOWHERE)'],
    ['$$(HOST)', '$(HOST)'],
    ['$$$(HOST)', '$db'],
    ['$HOST', '$HOST'],
    ['a$(EMPTY)b', 'ab'],
    ['$(HOST', '$(HOST'],
    ['$', '$'],
    ['50$$', '50$'],
  ])('%s becomes %s', (text, expected) => {
    expect(expand(text, variables)).toBe(expected);
  });
});

describe('a field of a pod', () => {
  const pod = {
    metadata: { name: 'shop-0', namespace: 'shop', uid: 'u', labels: { app: 'shop', tier: 'a"b' } },
    spec: { containers: [], nodeName: 'node1', serviceAccountName: 'robot' },
    status: { podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }, { ip: 'fd00::1' }], hostIP: '192.0.2.1' },
  };

  it.each([
    ['metadata.name', 'shop-0'],
    ['metadata.namespace', 'shop'],
    ["metadata.labels['app']", 'shop'],
    ["metadata.annotations['none']", ''],
    ['metadata.labels', 'app="shop"\ntier="a\\"b"'],
    ['spec.nodeName', 'node1'],
    ['spec.serviceAccountName', 'robot'],
    ['status.podIP', '10.1.2.3'],
    ['status.podIPs', '10.1.2.3,fd00::1'],
    ['status.hostIP', '192.0.2.1'],
    ['status.nonsense', undefined],
  ])('%s is %s', (path, expected) => {
    expect(fieldOf(pod, path)).toBe(expected);
  });
});

describe('a limit of a container', () => {
  const own = {
    name: 'app',
    resources: { limits: { cpu: '250m', memory: '1Gi' }, requests: { cpu: '1.5' } },
  };
  const other = { name: 'proxy', resources: { limits: { memory: '64M' } } };
  const pod = { spec: { containers: [own, other] } };

  it.each([
    [{ resource: 'limits.memory' }, '1073741824'],
    [{ resource: 'limits.memory', divisor: '1Mi' }, '1024'],
    [{ resource: 'limits.cpu' }, '1'],
    [{ resource: 'limits.cpu', divisor: '1m' }, '250'],
    [{ resource: 'requests.cpu', divisor: '1m' }, '1500'],
    [{ resource: 'limits.memory', containerName: 'proxy', divisor: '0' }, '64000000'],
    [{ resource: 'requests.memory' }, '0'],
  ])('%j is %s', (reference, expected) => {
    expect(resourceOf(pod, own, reference)).toBe(expected);
  });
});

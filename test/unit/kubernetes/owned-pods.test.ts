import { expect, it } from 'vitest';
import { ownedPods } from '../../../src/kubernetes/owned-pods.ts';
import { aTarget } from '../../builders/workspace.ts';

const workload = { metadata: { name: 'shop', uid: 'u-1' } };

const owner = (kind: string, name: string, uid: string, controller = true) => ({
  apiVersion: 'apps/v1',
  kind,
  name,
  uid,
  controller,
});

const pod = (name: string, hash: string | undefined, ...ownerReferences: ReturnType<typeof owner>[]) => ({
  metadata: {
    name,
    labels: { app: 'shop', ...(hash === undefined ? {} : { 'pod-template-hash': hash }) },
    ...(ownerReferences.length === 0 ? {} : { ownerReferences }),
  },
});

const owned = (target: string, ...pods: ReturnType<typeof pod>[]) =>
  ownedPods(aTarget(target), workload, pods).map(({ metadata }) => metadata?.name);

it('of what a Deployment selects, pods of its ReplicaSets are its own, of whatever revision', () => {
  const found = owned(
    'deployment/shop',
    pod('new', '5d9', owner('ReplicaSet', 'shop-5d9', 'r-1')),
    pod('old', '7c4', owner('ReplicaSet', 'shop-7c4', 'r-2')),
    pod('by-hand', undefined),
    pod('by-hand-with-its-labels', '5d9'),
    pod('of-another', '5d9', owner('ReplicaSet', 'shop-canary-5d9', 'r-3')),
    pod('of-a-job', undefined, owner('Job', 'shop', 'j-1')),
    pod('not-controlled', '5d9', owner('ReplicaSet', 'shop-5d9', 'r-1', false)),
  );
  expect(found).toEqual(['new', 'old']);
});

it.each(['replicaset/shop', 'statefulset/shop', 'daemonset/shop'])('%s owns what names it', (target) => {
  const found = owned(
    target,
    pod('own', undefined, owner('Any', 'shop', 'u-1')),
    pod('of-one-before-it', undefined, owner('Any', 'shop', 'u-0')),
    pod('by-hand', undefined),
  );
  expect(found).toEqual(['own']);
});

it('a pod is its own', () => {
  expect(owned('pod/by-hand', pod('by-hand', undefined))).toEqual(['by-hand']);
});

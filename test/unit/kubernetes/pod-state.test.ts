import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { canHaveAgent, hasNetwork, troubleOf } from '../../../src/kubernetes/pod-state.ts';

function aPod(phase: string, more: V1Pod['status'] = {}): V1Pod {
  return {
    metadata: { name: 'shop' },
    spec: { nodeName: 'node', containers: [] },
    status: { phase, ...more },
  };
}

const container = (name: string, state: V1ContainerStatus['state']): V1ContainerStatus => ({
  name,
  image: 'i',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...(state === undefined ? {} : { state }),
});

describe('an agent', () => {
  it('can be placed in a pod as soon as that has a node, whatever its containers do', () => {
    expect(canHaveAgent(aPod('Pending'))).toBe(true);
    expect(canHaveAgent(aPod('Running'))).toBe(true);
    expect(canHaveAgent({ ...aPod('Pending'), spec: { containers: [] } })).toBe(false);
  });

  it('is not placed in a pod that ends or has ended', () => {
    const ending = { ...aPod('Running'), metadata: { deletionTimestamp: new Date() } };
    expect(canHaveAgent(ending)).toBe(false);
    for (const phase of ['Succeeded', 'Failed', 'Unknown']) expect(canHaveAgent(aPod(phase))).toBe(false);
  });

  it('can be reached once the pod has an address, though its image cannot be pulled', () => {
    expect(hasNetwork(aPod('Pending'))).toBe(false);
    expect(hasNetwork(aPod('Pending', { podIP: '10.1.2.3' }))).toBe(true);
    expect(hasNetwork(aPod('Running'))).toBe(true);
  });
});

describe('why the containers of a pod do not run', () => {
  it.each<[string, V1ContainerStatus['state'], string | undefined]>([
    ['its image cannot be pulled', { waiting: { reason: 'ImagePullBackOff' } }, 'app: ImagePullBackOff'],
    ['it ends again and again', { waiting: { reason: 'CrashLoopBackOff' } }, 'app: CrashLoopBackOff'],
    ['it has ended', { terminated: { reason: 'Error', exitCode: 1 } }, 'app: Error'],
    ['it is only just being made', { waiting: { reason: 'ContainerCreating' } }, undefined],
    ['it runs', { running: {} }, undefined],
  ])('%s', (_, state, expected) => {
    expect(troubleOf(aPod('Running', { containerStatuses: [container('app', state)] }))).toBe(expected);
  });

  it('init containers that are done are no trouble, those that fail are', () => {
    const done = container('init', { terminated: { reason: 'Completed', exitCode: 0 } });
    const failing = container('migrate', { waiting: { reason: 'CrashLoopBackOff' } });
    const waiting = container('app', { waiting: { reason: 'PodInitializing' } });
    const status = { initContainerStatuses: [done, failing], containerStatuses: [waiting] };
    expect(troubleOf(aPod('Pending', status))).toBe('migrate: CrashLoopBackOff');
  });
});

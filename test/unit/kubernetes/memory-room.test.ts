import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { lookAtMemory, memoryLimit, memoryWarning } from '../../../src/kubernetes/memory-room.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aPod, aTinyCluster } from './tiny-cluster.ts';

const MIB = 2 ** 20;

/** Where a pod is. */
function at({ metadata }: V1Pod): Place {
  const handle = `${metadata?.namespace}/${metadata?.name}`;
  return { id: metadata?.uid ?? '', handle } as Place;
}

function limited(...limits: readonly (string | undefined)[]): V1PodSpec {
  const containers = limits.map((memory, index) => ({
    name: `c${index}`,
    ...(memory !== undefined && { resources: { limits: { memory } } }),
  }));
  return { containers };
}

describe('the memory that an agent shares with the containers of its pod', () => {
  it.each([
    ['is bounded by nothing', limited(undefined), undefined],
    ['is bounded by nothing where one container has no limit', limited('128Mi', undefined), undefined],
    ['is the sum of the limits where each has one', limited('128Mi', '64Mi'), 192],
    [
      "has sidecars' in it",
      {
        ...limited('128Mi'),
        initContainers: [
          { name: 's', restartPolicy: 'Always', resources: { limits: { memory: '64Mi' } } },
          { name: 'i', resources: { limits: { memory: '1Gi' } } },
        ],
      },
      192,
    ],
    [
      "is the pod's own limit where there is one",
      { ...limited('128Mi', undefined), resources: { limits: { memory: '512Mi' } } },
      512,
    ],
  ] as const)('%s', (_, spec, mebibytes) => {
    expect(memoryLimit(spec as V1PodSpec)).toBe(mebibytes === undefined ? undefined : mebibytes * MIB);
  });

  it.each([
    ['tight, use unknown', '128Mi', undefined, true],
    ['wide, use unknown', '512Mi', undefined, false],
    ['tight, but nearly unused', '128Mi', 20, false],
    ['wide, but nearly full', '1Gi', 1000, true],
    ['used beyond what is allowed', '128Mi', 140, true],
  ])('is worth a word or not: %s', (_, limit, used, isWorth) => {
    const found = memoryWarning(aPod('tight', limited(limit)), used === undefined ? undefined : used * MIB);
    expect(found.length > 0).toBe(isWorth);
  });

  it('is told in numbers, and how much is used where the cluster knows', async () => {
    const pod = aPod('tight', limited('128Mi'));
    const used = { containers: [{ usage: { memory: '100Mi' } }, { usage: { memory: '9216Ki' } }] };
    const path = '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/tight';
    const free = aPod('free', limited(undefined));
    await using measured = await aTinyCluster({ pods: [pod], objects: { [path]: used } });
    await using plain = await aTinyCluster({ pods: [pod, free] });
    expect(await lookAtMemory(measured.api, at(pod))).toEqual([
      'the containers of pod tight may have 128 MiB of memory together, and 109 MiB of it are used, which leaves 19 MiB: an agent there takes 19 MiB, and up to 57 MiB while much goes through it; where that is too much, the kernel ends it or the workload. Raise the limit to be sure',
    ]);
    expect(await lookAtMemory(plain.api, at(pod))).toEqual([
      expect.stringContaining('what of it is used is not known'),
    ]);
    expect(await lookAtMemory(plain.api, at(free))).toEqual([]);
  });
});

import { posix } from 'node:path';
import type { V1PodSpec } from '@kubernetes/client-node';
import { containerNamed, lastingContainers } from './containers.ts';
import { volumeAt } from './volumes.ts';

/** Where in a pod a path can be read. */
export interface WayToFiles {
  readonly container: string;
  readonly path: string;
}

/**
 * All containers of a pod in which a path of one of them can be read: that one, and where it lies in a volume those that
 * mount the same part of it. Pure.
 */
export function waysToFiles(pod: V1PodSpec, name: string, path: string): readonly WayToFiles[] {
  const own = containerNamed(pod, name);
  const volume = own === undefined ? undefined : volumeAt(pod, own, path);
  const others = lastingContainers(pod).filter((one) => one.name !== name);
  const there = others.flatMap((container) =>
    (container.volumeMounts ?? []).flatMap(({ name: mounted, mountPath, subPath = '', subPathExpr }) => {
      if (volume === undefined || mounted !== volume.mount.name || subPathExpr !== undefined) return [];
      const below = posix.relative(subPath, volume.below);
      return below.startsWith('..')
        ? []
        : [{ container: container.name, path: posix.join(mountPath, below) }];
    }),
  );
  return [{ container: name, path }, ...there];
}

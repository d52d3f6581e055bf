import { posix } from 'node:path';
import type {
  V1Container,
  V1PodSpec,
  V1ProjectedVolumeSource,
  V1Volume,
  V1VolumeMount,
  V1VolumeProjection as VolumeProjection,
} from '@kubernetes/client-node';
import { isPathWithin } from '../common/path-within.ts';

/** The volume that a path of a container lies in. */
export interface VolumeAt {
  readonly mount: V1VolumeMount;
  /** Where in the volume the path is; empty for all of it. */
  readonly below: string;
  /** What it is put together from; undefined for one that holds data of its own. */
  readonly sources: readonly VolumeProjection[] | undefined;
  /** Permission bits of its files, where its source says nothing else. */
  readonly defaultMode: number;
}

/** Those that Kubernetes gives files of volumes that say nothing. */
const DEFAULT_MODE = 0o644;

/** The volume a path of a container lies in; undefined where that is the image, or a part that its variables name. Pure. */
export function volumeAt(pod: V1PodSpec, container: V1Container, path: string): VolumeAt | undefined {
  const mounts = (container.volumeMounts ?? []).filter(({ mountPath }) => isPathWithin(path, mountPath));
  const [mount] = mounts.sort((one, other) => other.mountPath.length - one.mountPath.length);
  const volume = pod.volumes?.find(({ name }) => name === mount?.name);
  if (mount === undefined || volume === undefined || mount.subPathExpr !== undefined) return undefined;
  const { configMap, secret, downwardAPI, projected } = volume;
  const { defaultMode = DEFAULT_MODE } = configMap ?? secret ?? downwardAPI ?? projected ?? {};
  const below = posix.join(mount.subPath ?? '', posix.relative(mount.mountPath, path));
  return { mount, below: below === '.' ? '' : below, sources: sourcesOf(volume), defaultMode };
}

/** What a volume is put together from; undefined for one that holds data of its own. */
function sourcesOf({
  configMap,
  secret,
  downwardAPI,
  projected,
}: V1Volume): readonly VolumeProjection[] | undefined {
  if (configMap !== undefined) return [{ configMap }];
  if (secret !== undefined) {
    const { secretName, items, optional } = secret;
    return [
      {
        secret: {
          ...(secretName === undefined ? {} : { name: secretName }),
          ...(items === undefined ? {} : { items }),
          ...(optional === undefined ? {} : { optional }),
        },
      },
    ];
  }
  if (downwardAPI !== undefined) return [{ downwardAPI }];
  return projected === undefined ? undefined : projectionsOf(projected);
}

function projectionsOf({ sources }: V1ProjectedVolumeSource): readonly VolumeProjection[] | undefined {
  const known = (sources ?? []).every(
    ({ configMap, secret, downwardAPI, serviceAccountToken: token }) =>
      (configMap ?? secret ?? downwardAPI ?? token) !== undefined,
  );
  return known ? sources : undefined;
}

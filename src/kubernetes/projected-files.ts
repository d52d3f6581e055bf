import { posix } from 'node:path';
import type { V1KeyToPath, V1Pod, V1VolumeProjection } from '@kubernetes/client-node';
import type { CarriedFile } from '../common/tar.ts';
import type { TargetRef } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { readDecoded } from './config-objects.ts';
import { containerNamed } from './containers.ts';
import { fieldOf } from './fields.ts';
import { unreadable } from './files-unreadable.ts';
import { resourceAtNode } from './node-capacity.ts';
import { serviceAccountToken } from './service-account-token.ts';
import { volumeAt } from './volumes.ts';

/** What is looked for: a path of a container. */
interface Wanted {
  readonly reference: TargetRef;
  readonly pod: V1Pod;
  readonly container: string;
  readonly path: string;
}

/** A file as its source has it; `mode` undefined = that of the volume. */
interface Projected {
  readonly path: string;
  readonly content: Buffer;
  readonly mode?: number | undefined;
  /** Whether it is a token, which not everybody may read where the pod says who it runs as. */
  readonly isToken?: boolean;
}

/**
 * The files at a path whose volume is put together from objects of the cluster, as the kubelet makes them; one alone, with
 * an empty path, where the path is that of a file. Undefined when the path belongs to no such volume.
 */
export async function projectedFiles(
  api: ClusterApi,
  wanted: Wanted,
): Promise<readonly CarriedFile[] | undefined> {
  const { reference, pod, container: name, path } = wanted;
  const container = containerNamed(pod.spec, name);
  const volume =
    pod.spec === undefined || container === undefined ? undefined : volumeAt(pod.spec, container, path);
  if (volume?.sources === undefined) return undefined;
  const { mount, sources, below, defaultMode } = volume;
  const files = await Promise.all(sources.map((source) => filesOfSource(api, wanted, source)));
  const found = files.flat().flatMap((file) => {
    const relative = posix.relative(below, file.path);
    return relative.startsWith('..') ? [] : [{ ...asTheKubelet(pod, file, defaultMode), path: relative }];
  });
  if (found.length === 0 && below !== '')
    throw unreadable(reference, path, `its volume ${mount.name} has no ${below}`);
  return found;
}

/** Owner and permission bits: those of the volume, or as strict as for a token, and open to the pod's own group. */
function asTheKubelet(
  { spec }: V1Pod,
  { path, content, mode, isToken = false }: Projected,
  defaultMode: number,
): CarriedFile {
  const { fsGroup, runAsUser } = spec?.securityContext ?? {};
  const users = new Set((spec?.containers ?? []).map((one) => one.securityContext?.runAsUser ?? runAsUser));
  const [user] = users.size === 1 ? users : [];
  const isPrivate = isToken && (fsGroup !== undefined || user !== undefined);
  const own = isPrivate ? 0o600 : (mode ?? defaultMode);
  return {
    path,
    content,
    mode: fsGroup === undefined ? own : own | 0o440,
    uid: isToken ? (user ?? 0) : 0,
    gid: fsGroup ?? 0,
    link: undefined,
  };
}

async function filesOfSource(
  api: ClusterApi,
  { reference, pod, container, path }: Wanted,
  { configMap, secret, downwardAPI, serviceAccountToken: token }: V1VolumeProjection,
): Promise<readonly Projected[]> {
  if (token !== undefined) {
    const content = Buffer.from(await serviceAccountToken(api, pod, token));
    return [{ path: token.path, content, isToken: true }];
  }
  if (downwardAPI !== undefined) {
    const own = containerNamed(pod.spec, container);
    const items = (downwardAPI.items ?? []).map(async ({ path: at, fieldRef, resourceFieldRef, mode }) => {
      const value =
        fieldRef !== undefined
          ? fieldOf(pod, fieldRef.fieldPath)
          : resourceFieldRef !== undefined && own !== undefined
            ? await resourceAtNode(api, pod, own, resourceFieldRef)
            : undefined;
      return { path: at, content: Buffer.from(value ?? ''), mode };
    });
    return Promise.all(items);
  }
  const kind = configMap === undefined ? 'Secret' : 'ConfigMap';
  const source = configMap ?? secret;
  if (source?.name === undefined) return [];
  const data = await readDecoded(api, kind, source.name);
  if (data !== undefined) return itemsOf(data, source.items);
  if (source.optional === true) return [];
  throw unreadable(reference, path, `${kind} ${source.name} does not exist`);
}

function itemsOf(
  data: ReadonlyMap<string, Buffer>,
  items: readonly V1KeyToPath[] | undefined,
): readonly Projected[] {
  if (items === undefined) return [...data].map(([path, content]) => ({ path, content }));
  return items.flatMap(({ key, path, mode }) => {
    const content = data.get(key);
    return content === undefined ? [] : [{ path, content, mode }];
  });
}

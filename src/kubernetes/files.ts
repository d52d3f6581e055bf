import { posix } from 'node:path';
import type {
  V1KeyToPath as KeyToPath,
  V1Pod,
  V1VolumeProjection as VolumeProjection,
} from '@kubernetes/client-node';
import { DevenvError, messageOf } from '../common/errors.ts';
import { type CarriedFile, filesInTar } from '../common/tar.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { readDecoded } from './config-objects.ts';
import { containerNamed, containerOf } from './containers.ts';
import { execInPod } from './exec.ts';
import { fieldOf } from './fields.ts';
import { canHaveAgent } from './pod-state.ts';
import { resourceOf } from './resources.ts';
import { serviceAccountToken } from './service-account-token.ts';
import { podsOf } from './targets.ts';
import { volumeAt } from './volumes.ts';
import { readWorkload } from './workloads.ts';

/** What is brought is kept in memory. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * See `Platform.readFiles`. ConfigMaps, Secrets and the like come from the objects that the pod names, with nothing run
 * in the pod; other directories by running `tar` in the container.
 */
export async function readFiles(
  api: ClusterApi,
  reference: TargetRef,
  path: string,
): Promise<readonly CarriedFile[]> {
  const workload = await readWorkload(api, reference);
  const container = containerOf(reference, workload);
  const pod = (await podsOf(api, reference, workload)).find(canHaveAgent);
  if (pod === undefined) throw unreadable(reference, path, 'none of its pods runs');
  const projected = await projectedFiles(api, reference, pod, container, path);
  return projected ?? (await filesByTar(api, reference, pod, container, path));
}

/** Undefined when the path belongs to no volume whose content the cluster's objects tell. */
async function projectedFiles(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  containerName: string,
  path: string,
): Promise<readonly CarriedFile[] | undefined> {
  const container = containerNamed(pod.spec, containerName);
  const volume =
    pod.spec === undefined || container === undefined ? undefined : volumeAt(pod.spec, container, path);
  if (volume?.sources === undefined) return undefined;
  const { mount, sources } = volume;
  const files = await Promise.all(
    sources.map((source) => filesOfSource(api, reference, pod, containerName, path, source)),
  );
  const below = posix.relative(mount.mountPath, path);
  const found = files.flat().flatMap((file) => {
    const relative = posix.relative(below, file.path);
    return relative === '' || relative.startsWith('..') ? [] : [{ ...file, path: relative }];
  });
  if (found.length === 0 && below !== '')
    throw unreadable(reference, path, `its volume ${mount.name} has no directory ${below}`);
  return found;
}

async function filesOfSource(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  containerName: string,
  path: string,
  { configMap, secret, downwardAPI, serviceAccountToken: token }: VolumeProjection,
): Promise<readonly CarriedFile[]> {
  if (token !== undefined) return [file(token.path, Buffer.from(await serviceAccountToken(api, pod, token)))];
  if (downwardAPI !== undefined) {
    const own = containerNamed(pod.spec, containerName);
    return (downwardAPI.items ?? []).map(({ path: at, fieldRef, resourceFieldRef }) => {
      const value =
        fieldRef !== undefined
          ? fieldOf(pod, fieldRef.fieldPath)
          : resourceFieldRef !== undefined && own !== undefined
            ? resourceOf(pod, own, resourceFieldRef)
            : undefined;
      return file(at, Buffer.from(value ?? ''));
    });
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
  items: readonly KeyToPath[] | undefined,
): readonly CarriedFile[] {
  if (items === undefined) return [...data].map(([key, content]) => file(key, content));
  return items.flatMap(({ key, path, mode }) => {
    const content = data.get(key);
    return content === undefined ? [] : [{ ...file(path, content), executable: ((mode ?? 0) & 0o100) !== 0 }];
  });
}

async function filesByTar(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  container: string,
  path: string,
): Promise<readonly CarriedFile[]> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  // Links are followed, for what they lead to may lie outside.
  const command = ['tar', '-c', '-h', '-f', '-', '-C', path, '.'];
  const running = await execInPod(api, { namespace, pod: name, container, command });
  let files: readonly CarriedFile[];
  try {
    files = await filesInTar(running.output, LIMIT_BYTES);
  } catch (error) {
    throw unreadable(reference, path, messageOf(error));
  }
  const problem = await running.problem;
  if (problem === undefined) return files.filter((one) => !isInternal(one.path));
  const hint = /executable file not found|no such file or directory: unknown/.test(problem)
    ? 'its image has no tar; directories of ConfigMaps, Secrets and tokens can be had without'
    : undefined;
  throw unreadable(reference, path, problem, hint);
}

/** Entries by which the kubelet swaps the content of a volume. */
function isInternal(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('..'));
}

function file(path: string, content: Buffer): CarriedFile {
  return { path, content, executable: false, link: undefined };
}

function unreadable(
  reference: TargetRef,
  path: string,
  why: string,
  hint = 'name a directory that its container has',
): DevenvError {
  return new DevenvError({
    code: 'files-unreadable',
    message: `the files in ${path} of ${targetText(reference)} cannot be read: ${why}`,
    owner: 'environment',
    hint,
  });
}

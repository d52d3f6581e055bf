import { posix } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { type DevenvError, messageOf } from '../common/errors.ts';
import { belowTop, type CarriedFile, filesInTar } from '../common/tar.ts';
import type { TargetRef } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { containerOf } from './containers.ts';
import { execInPod } from './exec.ts';
import { unreadable } from './files-unreadable.ts';
import { podToAsk, runsContainer, troubleOf } from './pod-state.ts';
import { projectedFiles } from './projected-files.ts';
import { podsOf } from './targets.ts';
import { type WayToFiles, waysToFiles } from './ways-to-files.ts';
import { readWorkload } from './workloads.ts';

/** What is said of a program that a container does not have. */
const NO_PROGRAM = /executable file not found|no such file or directory: unknown/;

/** What is brought is kept in memory. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * See `Platform.readFiles`. ConfigMaps, Secrets and the like come from the objects that the pod names, with nothing run
 * in the pod; others by running `tar` in the container, or in another one of the pod that mounts the same volume.
 */
export async function readFiles(
  api: ClusterApi,
  reference: TargetRef,
  path: string,
): Promise<readonly CarriedFile[]> {
  const workload = await readWorkload(api, reference);
  const container = containerOf(reference, workload);
  const pod = podToAsk(await podsOf(api, reference, workload), container);
  if (pod === undefined) throw unreadable(reference, path, 'none of its pods runs');
  const projected = await projectedFiles(api, { reference, pod, container, path });
  if (projected !== undefined) return projected;
  if (!runsContainer(pod, container)) throw notThere(reference, path, container, pod);
  return await filesByTar(api, reference, pod, container, path);
}

/** Errors: `files-unreadable`, also where no container that has them has a tar. */
async function filesByTar(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  container: string,
  path: string,
): Promise<readonly CarriedFile[]> {
  for (const way of waysToFiles(pod.spec ?? { containers: [] }, container, path)) {
    const found = await untarred(api, reference, pod, way);
    if (found !== 'no tar') return found;
  }
  throw unreadable(
    reference,
    path,
    `nothing of the pod can read them: the image of container ${container} has no tar`,
    'files of ConfigMaps, Secrets and tokens can be had without; those of another volume when a container of the pod that mounts it has tar; what is in the image itself, take from the image: COPY --from, or a bind mount of a copy',
  );
}

async function untarred(
  api: ClusterApi,
  reference: TargetRef,
  { metadata }: V1Pod,
  { container, path }: WayToFiles,
): Promise<readonly CarriedFile[] | 'no tar'> {
  const { name = '', namespace = '' } = metadata ?? {};
  // Links are followed, for what they lead to may lie outside.
  const command = ['tar', '-c', '-h', '-f', '-', '-C', posix.dirname(path), `./${posix.basename(path)}`];
  const running = await execInPod(api, { namespace, pod: name, container, command });
  let files: readonly CarriedFile[];
  try {
    files = await filesInTar(running.output, LIMIT_BYTES);
  } catch (error) {
    throw unreadable(reference, path, messageOf(error));
  }
  const problem = await running.problem;
  if (problem === undefined) return belowTop(files).filter((one) => !isInternal(one.path));
  if (NO_PROGRAM.test(problem)) return 'no tar';
  throw unreadable(reference, path, problem);
}

/** Nothing can be run in a container that does not run itself. */
function notThere(reference: TargetRef, path: string, container: string, pod: V1Pod): DevenvError {
  const trouble = troubleOf(pod);
  return unreadable(
    reference,
    path,
    `container ${container} does not run in pod ${pod.metadata?.name}${trouble === undefined ? '' : ` (${trouble})`}`,
    'of one that does not run, directories of ConfigMaps, Secrets and tokens can be had; leave this one out until it does',
  );
}

/** Entries by which the kubelet swaps the content of a volume. */
function isInternal(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('..'));
}

import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { didYouMean, nearest } from '../common/nearest.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { notFound, type Workload } from './workloads.ts';

/**
 * The containers that run for as long as their pod: its own, and the init containers that are started anew whenever they
 * end, which are sidecars. Pure.
 */
export function lastingContainers({ containers, initContainers = [] }: V1PodSpec): readonly V1Container[] {
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

/** One of those by its name; undefined where there is none. Pure. */
export function containerNamed(pod: V1PodSpec | undefined, name: string): V1Container | undefined {
  return pod === undefined ? undefined : lastingContainers(pod).find((one) => one.name === name);
}

/** The name of the container that a reference means. Errors: `target-not-found` when it is ambiguous or missing. */
export function containerOf(reference: TargetRef, workload: Workload): string {
  const own = workload.pod.containers.map(({ name }) => name);
  const names = lastingContainers(workload.pod).map(({ name }) => name);
  const wanted = reference.path[1];
  if (wanted === undefined) {
    // A sidecar is meant only by its name.
    const [only, ...others] = own;
    if (only !== undefined && others.length === 0) return only;
    const marked = workload.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
    if (marked !== undefined && names.includes(marked)) return marked;
    throw notFound(
      reference,
      `its pods have several containers, and here one of them is meant: ${names.join(', ')}`,
      `write ${targetText(reference)}/${names[0] ?? 'CONTAINER'}`,
    );
  }
  if (names.includes(wanted)) return wanted;
  const ends = (workload.pod.initContainers ?? []).some(({ name }) => name === wanted);
  throw notFound(
    reference,
    ends
      ? `container ${wanted} of its pods ends before the others start (an init container without restartPolicy: Always)`
      : `its pods have no container ${wanted}`,
    (ends ? undefined : didYouMean(...nearest(wanted, names))) ?? `containers: ${names.join(', ')}`,
  );
}

import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import type { Place } from '../platform/index.ts';
import { AGENT_MEMORY } from '../programs/index.ts';
import type { ClusterApi } from './api.ts';
import { lastingContainers } from './containers.ts';
import { readPod } from './followed-pod.ts';
import { memoryOf } from './memory.ts';
import { numberOf } from './resources.ts';

/** Of a limit so much may be taken by an agent before that is worth a word, where nobody knows what else is used. */
const WORTH_A_WORD = 1 / 4;

/** What a cluster's metrics say of a pod. */
interface PodMetrics {
  readonly containers?: readonly { readonly usage?: { readonly memory?: string } }[];
}

/**
 * What all containers of a pod may have of memory together, bytes, an agent's included, which has no limit of its own: the
 * pod's own limit, else the sum of its containers' limits where each has one. Undefined = as much as the node has.
 */
export function memoryLimit(spec: V1PodSpec | undefined): number | undefined {
  const own = spec?.resources?.limits?.['memory'];
  if (own !== undefined) return finite(numberOf(own));
  if (spec === undefined) return undefined;
  const limits = lastingContainers(spec).map(limitOf);
  return limits.length === 0 ? undefined : finite(limits.reduce((sum, limit) => sum + limit, 0));
}

function limitOf({ resources }: V1Container): number {
  const limit = resources?.limits?.['memory'];
  return limit === undefined ? Number.NaN : numberOf(limit);
}

function finite(bytes: number): number | undefined {
  return Number.isFinite(bytes) ? bytes : undefined;
}

/**
 * What is told where the memory of a pod leaves an agent less room than it may need, in numbers; nothing otherwise. `used`:
 * what the pod uses now, bytes; undefined = nobody knows. Pure.
 */
export function memoryWarning(pod: V1Pod, used: number | undefined): readonly string[] {
  const limit = memoryLimit(pod.spec);
  if (limit === undefined) return [];
  const { atRest, atMost } = AGENT_MEMORY;
  if (used === undefined ? atMost <= limit * WORTH_A_WORD : limit - used >= atMost) return [];
  const room =
    used === undefined
      ? 'what of it is used is not known'
      : `${mebibytes(used)} of it are used, which leaves ${mebibytes(Math.max(0, limit - used))}`;
  return [
    `the containers of pod ${pod.metadata?.name} may have ${mebibytes(limit)} of memory together, and ${room}: an agent there takes ${mebibytes(atRest)}, and up to ${mebibytes(atMost)} while much goes through it; where that is too much, the kernel ends it or the workload. Raise the limit to be sure`,
  ];
}

/**
 * Looks for that where a pod is, which was seen a moment ago. What the cluster's metrics do not tell is taken for not known.
 * Errors: those of the API, where the pod must be asked for.
 */
export async function lookAtMemory(api: ClusterApi, place: Place): Promise<readonly string[]> {
  const pod = memoryOf(api).podOf(place.id) ?? (await readPod(api, place));
  if (pod === undefined || memoryLimit(pod.spec) === undefined) return [];
  return memoryWarning(pod, await usedBy(api, pod.metadata?.name ?? ''));
}

async function usedBy(api: ClusterApi, pod: string): Promise<number | undefined> {
  try {
    const { containers = [] } = await api.send<PodMetrics>({
      doing: `ask what pod ${pod} uses`,
      path: `/apis/metrics.k8s.io/v1beta1/namespaces/${api.cluster.namespace}/pods/${pod}`,
    });
    const used = containers.map(({ usage }) => numberOf(usage?.memory ?? ''));
    return used.length === 0 ? undefined : finite(used.reduce((sum, bytes) => sum + bytes, 0));
  } catch {
    // Most small clusters have no metrics, and not everybody may read them.
    return undefined;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

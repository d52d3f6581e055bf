import type { V1Container, V1Node, V1Pod, V1ResourceFieldSelector } from '@kubernetes/client-node';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { resourceOf } from './resources.ts';

/**
 * The value of a reference such as `limits.memory`, as the kubelet has it: without such a limit, what the node of the pod
 * can give. Undefined where that is not to be known, for who may look at pods need not be allowed to look at nodes.
 */
export async function resourceAtNode(
  api: ClusterApi,
  pod: V1Pod,
  own: V1Container,
  selector: V1ResourceFieldSelector,
): Promise<string | undefined> {
  return resourceOf(pod, own, selector) ?? resourceOf(pod, own, selector, await allocatableOf(api, pod));
}

async function allocatableOf(api: ClusterApi, { spec }: V1Pod): Promise<Readonly<Record<string, string>>> {
  const node = spec?.nodeName;
  if (node === undefined) return {};
  try {
    const { status } = await api.send<V1Node>({ doing: `read node ${node}`, path: `/api/v1/nodes/${node}` });
    return status?.allocatable ?? {};
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return {};
  }
}

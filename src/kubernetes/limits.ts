import type { V1LimitRange } from '@kubernetes/client-node';
import type { ClusterApi } from './api.ts';
import type { ApiRefusal } from './failures.ts';

/**
 * The limits of the namespace, for a refusal by one of them, which does not say its name; none where another rule refuses,
 * or they may not be read.
 */
export async function limitsOf(
  api: Pick<ClusterApi, 'send' | 'cluster'>,
  { message }: Pick<ApiRefusal, 'message'>,
): Promise<readonly string[]> {
  if (!/(maximum|minimum) \S+ usage per|limit to request ratio/.test(message)) return [];
  const path = `/api/v1/namespaces/${api.cluster.namespace}/limitranges`;
  try {
    const { items } = await api.send<{ items: V1LimitRange[] }>({ doing: 'list limit ranges', path });
    return items.map(({ metadata }) => `LimitRange ${metadata?.name}`);
  } catch {
    return [];
  }
}

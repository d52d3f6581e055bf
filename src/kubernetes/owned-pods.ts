import type { V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import type { TargetRef } from '../model/workspace.ts';

/**
 * The pods of those a workload's selector finds that are the workload's own. A selector also finds pods that somebody
 * has made by hand with the same labels, or that another controller owns: the workload neither made nor ends them, and
 * nobody has asked to bridge them. Pure.
 */
export function ownedPods(
  reference: TargetRef,
  workload: { readonly metadata: V1ObjectMeta },
  found: readonly V1Pod[],
): readonly V1Pod[] {
  return found.filter((pod) => isOwnedBy(reference, workload.metadata, pod));
}

function isOwnedBy({ kind }: TargetRef, { name, uid }: V1ObjectMeta, { metadata }: V1Pod): boolean {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  switch (kind) {
    case 'deployment': {
      // Its ReplicaSets are named so by its controller; to look them up takes a permission that nothing else needs.
      const hash = metadata?.labels?.['pod-template-hash'];
      return owner?.kind === 'ReplicaSet' && hash !== undefined && owner.name === `${name}-${hash}`;
    }
    case 'replicaset':
    case 'statefulset':
    case 'daemonset':
      return owner?.uid === uid;
    default:
      return true;
  }
}

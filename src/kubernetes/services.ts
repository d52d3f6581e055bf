import type { V1Pod, V1ServiceSpec } from '@kubernetes/client-node';
import type { TargetRef } from '../model/workspace.ts';
import { targetUnsupported } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { canHaveAgent } from './pod-state.ts';
import { kubectl, podsPath, type RawWorkload, type Workload } from './workloads.ts';

/**
 * The workload that the pods behind a Service are, whatever made them: a Deployment, several of them, an operator. They
 * look like the first that runs, by name. Errors: `target-unsupported` for a Service that has no pods of its own.
 */
export async function behindService(
  api: ClusterApi,
  reference: TargetRef,
  { metadata = {}, spec }: RawWorkload,
): Promise<Workload> {
  const { selector = {}, ports = [], externalName } = (spec ?? {}) as V1ServiceSpec;
  const labels = Object.entries(selector);
  if (labels.length === 0) {
    throw targetUnsupported(
      reference,
      externalName === undefined
        ? 'the Service has no selector: whoever made it says where its traffic goes'
        : `the Service is another name for ${externalName}`,
      'name the workload that gets the traffic, such as deployment/NAME',
    );
  }
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  const { items } = await api.send<{ items: V1Pod[] }>({
    doing: `list the pods behind service/${metadata.name}`,
    path: podsPath(api),
    query: { labelSelector },
  });
  const pods = items.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const pod = pods.find(canHaveAgent) ?? pods[0];
  if (pod === undefined) {
    throw targetUnsupported(
      reference,
      `no pod has the labels that the Service selects: ${labelSelector}`,
      `${kubectl(reference)} get pods --show-labels`,
    );
  }
  return {
    metadata: { ...metadata, annotations: { ...pod.metadata?.annotations } },
    pod: pod.spec ?? { containers: [] },
    replicas: undefined,
    firstOrdinal: 0,
    selector: labelSelector,
    servicePorts: ports,
  };
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? '';
}

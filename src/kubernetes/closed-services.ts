import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { ClosedWay } from '../model/closed-way.ts';
import type { ClusterApi } from './api.ts';
import { isReady } from './pod-state.ts';
import { listServices } from './service-links.ts';

/**
 * Why no Service leads requests to these pods of a workload: none is ready, and a Service sends nothing to pods that are
 * not, unless it says that it does. Undefined while one is ready, where no such Service selects them, and where we may not
 * look for Services, which nothing else needs.
 */
export async function closedWayTo(api: ClusterApi, pods: readonly V1Pod[]): Promise<ClosedWay | undefined> {
  if (pods.length === 0 || pods.some(isReady)) return undefined;
  const { namespace } = api.cluster;
  const services = (await listServices(api)).filter((service) => isClosed(service, pods));
  const names = services.flatMap(({ metadata }) => metadata?.name ?? []).sort();
  if (names.length === 0) return undefined;
  const patch = `-p '{"spec":{"publishNotReadyAddresses":true}}'`;
  const which = names.length === 1 ? `Service ${names[0]} sends` : `the Services ${names.join(' and ')} send`;
  return {
    why: `no pod of it is ready, so that ${which} nothing there`,
    remedy: `kubectl -n ${namespace} patch service ${names.join(' ')} ${patch}`,
  };
}

function isClosed({ spec }: V1Service, pods: readonly V1Pod[]): boolean {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0 || spec?.publishNotReadyAddresses === true) return false;
  return pods.some(({ metadata }) => selector.every(([key, value]) => metadata?.labels?.[key] === value));
}

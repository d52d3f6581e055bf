import type { V1Pod } from '@kubernetes/client-node';

/** Where a pod is found. */
export interface PodAddress {
  readonly namespace: string;
  readonly pod: string;
}

/** The pod that a place or an agent stands for, whose `handle` is `NAMESPACE/POD`. */
export function podAt({ handle }: { readonly handle: string }): PodAddress {
  const [namespace = '', pod = ''] = handle.split('/');
  return { namespace, pod };
}

/** The `handle` of a pod. */
export function handleOf({ metadata }: V1Pod): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** Path of a pod, or of one of its subresources, at the API server. */
export function podPath({ namespace, pod }: PodAddress, subresource?: string): string {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

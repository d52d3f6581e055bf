import type { V1LabelSelector, V1ObjectMeta, V1Pod, V1PodSpec, V1ServicePort } from '@kubernetes/client-node';
import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import { type KubernetesTargetKind, type TargetRef, targetText } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { memoryOf } from './memory.ts';
import { behindService } from './services.ts';

/** Kinds of workloads, as the file spells them. */
export type WorkloadKind = Exclude<KubernetesTargetKind, 'namespace'>;

/** A workload as far as it matters here: a pod has no replicas and no selector, it is its own. */
export interface Workload {
  readonly metadata: V1ObjectMeta;
  /** Specification of its pods. */
  readonly pod: V1PodSpec;
  /** Replicas wanted; undefined where the kind has none. */
  readonly replicas: number | undefined;
  /** Where the numbers begin in the names of a StatefulSet's pods; 0 unless it says otherwise. */
  readonly firstOrdinal: number;
  /** What its pods are found by; undefined for a single pod. */
  readonly selector: string | undefined;
  /** Ports of a Service; absent for any other kind. */
  readonly servicePorts?: readonly V1ServicePort[];
}

const MAX_LISTED = 8;

/** Plural of each kind in paths and permissions. */
export const plurals: Readonly<Record<WorkloadKind, string>> = {
  deployment: 'deployments',
  statefulset: 'statefulsets',
  replicaset: 'replicasets',
  daemonset: 'daemonsets',
  pod: 'pods',
  service: 'services',
};

/** API group of a kind; empty for the core group. */
export function groupOf(kind: WorkloadKind): string {
  return kind === 'pod' || kind === 'service' ? '' : 'apps';
}

/** Whether a reference names a workload of Kubernetes, and which. */
export function workloadKind({ kind }: TargetRef): WorkloadKind | undefined {
  return kind in plurals ? (kind as WorkloadKind) : undefined;
}

/** Path of a collection of workloads in the cluster's namespace. */
export function workloadsPath(api: ClusterApi, kind: WorkloadKind): string {
  const group = groupOf(kind) === '' ? '/api/v1' : `/apis/${groupOf(kind)}/v1`;
  return `${group}/namespaces/${api.cluster.namespace}/${plurals[kind]}`;
}

/** Path of the pods in the cluster's namespace. */
export function podsPath(api: ClusterApi): string {
  return workloadsPath(api, 'pod');
}

/** How a command for a person begins that is about a reference. */
export function kubectl({ namespace }: TargetRef): string {
  return namespace === undefined ? 'kubectl' : `kubectl -n ${namespace}`;
}

/** Finds the workload of a reference. Errors: `target-not-found` naming what is near. */
export async function readWorkload(api: ClusterApi, reference: TargetRef): Promise<Workload> {
  const kind = workloadKind(reference);
  const [name = ''] = reference.path;
  if (kind === undefined) throw notFound(reference, 'it is no workload of Kubernetes', undefined);
  try {
    const found = await api.send<RawWorkload>({
      doing: `read ${kind}/${name}`,
      path: `${workloadsPath(api, kind)}/${name}`,
    });
    const workload =
      kind === 'service' ? await behindService(api, reference, found) : workloadOf(kind, found);
    memoryOf(api).noteSelector(reference, workload.selector);
    return workload;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw await noSuchWorkload(api, reference, kind, name);
  }
}

/** What the API server says of any kind of workload, as far as it matters here. */
export interface RawWorkload {
  readonly metadata?: V1ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly ordinals?: { readonly start?: number };
    readonly selector?: V1LabelSelector;
    readonly template?: { readonly metadata?: V1ObjectMeta; readonly spec?: V1PodSpec };
  };
}

function workloadOf(kind: WorkloadKind, raw: RawWorkload): Workload {
  if (kind === 'pod') {
    const pod = raw as V1Pod;
    return {
      metadata: pod.metadata ?? {},
      pod: pod.spec ?? { containers: [] },
      replicas: undefined,
      firstOrdinal: 0,
      selector: undefined,
    };
  }
  const template = raw.spec?.template;
  return {
    metadata: { ...raw.metadata, annotations: { ...template?.metadata?.annotations } },
    pod: template?.spec ?? { containers: [] },
    replicas: kind === 'daemonset' ? undefined : (raw.spec?.replicas ?? 1),
    firstOrdinal: raw.spec?.ordinals?.start ?? 0,
    selector: selectorText(raw.spec?.selector),
  };
}

/** A selector in the form of a query parameter. */
function selectorText(selector: V1LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In':
        return `${key} in (${values.join(',')})`;
      case 'NotIn':
        return `${key} notin (${values.join(',')})`;
      case 'Exists':
        return key;
      default:
        return `!${key}`;
    }
  });
  return [...equal, ...others].join(',');
}

async function noSuchWorkload(
  api: ClusterApi,
  reference: TargetRef,
  kind: WorkloadKind,
  name: string,
): Promise<DevenvError> {
  const { namespace, context } = api.cluster;
  const names = await namesOf(api, workloadsPath(api, kind));
  const why = `there is no ${kind} ${name} in namespace ${namespace} of context ${context}`;
  if (names === undefined) return notFound(reference, why, undefined);
  if (names.length === 0) {
    const missing = await namespaceProblem(api);
    return missing === undefined
      ? notFound(reference, why, `namespace ${namespace} has no ${plurals[kind]}; name another with -n`)
      : notFound(reference, missing.why, missing.hint);
  }
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  const all = `${plurals[kind]} here: ${names.slice(0, MAX_LISTED).join(', ')}${more}`;
  return notFound(reference, why, didYouMean(...nearest(name, names)) ?? all);
}

/** Whether the namespace itself is missing, as far as we may know. */
async function namespaceProblem(
  api: ClusterApi,
): Promise<{ readonly why: string; readonly hint: string } | undefined> {
  const { namespace, context } = api.cluster;
  try {
    await api.send({ doing: `read namespace ${namespace}`, path: `/api/v1/namespaces/${namespace}` });
    return undefined;
  } catch (error) {
    if (statusOf(error) !== 404) return undefined;
    const names = (await namesOf(api, '/api/v1/namespaces')) ?? [];
    const there = names.length === 0 ? '' : `; there are ${names.slice(0, MAX_LISTED).join(', ')}`;
    return {
      why: `context ${context} has no namespace ${namespace}`,
      hint:
        didYouMean(...nearest(namespace, names)) ??
        `name one with -n or in the file: connection: {namespace: …}${there}`,
    };
  }
}

/** Sorted names of a collection; undefined when we may not list it. */
async function namesOf(api: ClusterApi, path: string): Promise<readonly string[] | undefined> {
  try {
    const list = await api.send<{ items: readonly { metadata?: V1ObjectMeta }[] }>({
      doing: 'list what there is',
      path,
      query: { limit: '500' },
    });
    return list.items.flatMap(({ metadata }) => metadata?.name ?? []).sort();
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The error of a target that is not there, with the reason and what to do about it. */
export function notFound(reference: TargetRef, why: string, hint: string | undefined): DevenvError {
  return new DevenvError({
    code: 'target-not-found',
    message: `the target ${targetText(reference)} was not found: ${why}`,
    owner: 'user',
    ...(hint === undefined ? {} : { hint }),
  });
}

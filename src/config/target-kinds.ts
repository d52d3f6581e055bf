import type { KubernetesTargetKind, PlatformKind, TargetKind } from '../model/workspace.ts';

/** How the targets of a platform are written. */
export const targetForms: Readonly<Record<PlatformKind, string>> = {
  docker: 'container/NAME or compose/PROJECT/SERVICE',
  kubernetes:
    'deployment/NAME, statefulset/NAME, replicaset/NAME, daemonset/NAME, pod/NAME or service/NAME, with NAMESPACE: before it in another namespace',
};

/** Spellings of each kind of workload, as kubectl takes them. */
const workloads: Readonly<Record<Exclude<KubernetesTargetKind, 'namespace'>, readonly string[]>> = {
  deployment: ['deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  statefulset: ['statefulsets', 'sts', 'statefulset.apps', 'statefulsets.apps'],
  replicaset: ['replicasets', 'rs', 'replicaset.apps', 'replicasets.apps'],
  daemonset: ['daemonsets', 'ds', 'daemonset.apps', 'daemonsets.apps'],
  pod: ['pods', 'po'],
  service: ['services', 'svc'],
};

/** Kinds of targets by all their spellings. */
export const kinds: ReadonlyMap<string, TargetKind> = new Map([
  ['container', 'container'],
  ['compose', 'compose'],
  ...Object.entries(workloads).flatMap(([kind, others]) =>
    [kind, ...others].map((spelling) => [spelling, kind as TargetKind] as const),
  ),
]);

/** Kinds as they are written here. */
export const spellings: readonly string[] = ['container', 'compose', ...Object.keys(workloads)];

/** What else a cluster has, and why it is no target. */
const foreign: readonly { readonly words: RegExp; readonly why: string }[] = [
  {
    words: /^(jobs?|cronjobs?|cj)(\.batch)?$/,
    why: 'it has no pods that are there to stay; one that runs is pod/NAME',
  },
  {
    words: /^(ingress(es)?|ing)(\.networking\.k8s\.io)?$|^(http|grpc)?routes?(\.[a-z0-9.]+)?$/,
    why: 'its traffic comes to a Service: name that, service/NAME',
  },
  {
    words: /^(endpoints|ep|endpointslices?)(\.discovery\.k8s\.io)?$/,
    why: 'name the Service that it belongs to, service/NAME',
  },
  {
    words: /^(rollouts?|ro)(\.argoproj\.io)?$|^(deploymentconfigs?|dc)(\.apps\.openshift\.io)?$/,
    why: 'its pods are found through their Service: service/NAME',
  },
  {
    words: /^(replicationcontrollers?|rc)$/,
    why: 'its pods are found through their Service, service/NAME, or one by one as pod/NAME',
  },
  // Kinds of others: `kafkas.kafka.strimzi.io`.
  {
    words: /^[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9.-]+$/,
    why: 'what an operator runs is found through its Service, service/NAME, or as what it makes, such as statefulset/NAME',
  },
];

/** What to write instead of a kind that a cluster has and that is no target; undefined for any other word. */
export function foreignKindHint(word: string): string | undefined {
  const known = foreign.find(({ words }) => words.test(word));
  return known === undefined
    ? undefined
    : `${known.why}; targets are ${targetForms.kubernetes}; on Docker ${targetForms.docker}`;
}

/** Platform that a kind of target lives on. */
export function platformOf(kind: TargetKind): PlatformKind {
  return kind === 'container' || kind === 'compose' ? 'docker' : 'kubernetes';
}

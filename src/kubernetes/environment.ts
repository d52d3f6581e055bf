import type { V1Container, V1EnvVar, V1Pod, V1Service } from '@kubernetes/client-node';
import { DevenvError } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { readDecoded } from './config-objects.ts';
import { containerNamed, containerOf } from './containers.ts';
import { expand } from './expand.ts';
import { fieldOf } from './fields.ts';
import { resourceAtNode } from './node-capacity.ts';
import { podToAsk } from './pod-state.ts';
import { listServices, serviceLinks } from './service-links.ts';
import { podsOf } from './targets.ts';
import { readWorkload } from './workloads.ts';

/** Variables that say where a container runs, not what it does. */
const OF_THE_PLACE = new Set(['HOME', 'HOSTNAME', 'PATH', 'PWD', 'SHLVL', 'TERM']);

/**
 * What the kubelet adds for every container, by a name that the cluster's resolver knows, so that clients which look
 * for the API server find it.
 */
const API_SERVER = { KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: '443' };

/**
 * See `Platform.readEnvironment`. Built from the specification of a pod that runs, or is to and what that refers to, as the
 * kubelet does; nothing is run in the pod. Errors: `target-not-found`, `permission-missing`, `environment-unreadable`.
 */
export async function readEnvironment(
  api: ClusterApi,
  reference: TargetRef,
): Promise<Readonly<Record<string, string>>> {
  const workload = await readWorkload(api, reference);
  const name = containerOf(reference, workload);
  const [pods, services] = await Promise.all([podsOf(api, reference, workload), listServices(api)]);
  const pod = podToAsk(pods, name) ?? { metadata: workload.metadata, spec: workload.pod };
  const container = containerNamed(pod.spec, name);
  if (container === undefined) return {};
  const all = await variablesOf(api, reference, pod, container, services);
  return Object.fromEntries([...all].filter(([variable]) => !OF_THE_PLACE.has(variable)));
}

async function variablesOf(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  container: V1Container,
  services: readonly V1Service[],
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map([...serviceLinks(services, pod), ...Object.entries(API_SERVER)]);
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const source = configMapRef ?? secretRef;
    if (source?.name === undefined) continue;
    const data = await readDecoded(api, kind, source.name, 'for variables');
    if (data === undefined && source.optional !== true)
      throw unreadable(reference, `${kind} ${source.name} does not exist`);
    for (const [key, value] of data ?? []) variables.set(`${prefix}${key}`, value.toString());
  }
  for (const variable of container.env ?? []) {
    const value = await variableValue(api, reference, pod, container, variable, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

/** Undefined for a reference that may be missing and is. */
async function variableValue(
  api: ClusterApi,
  reference: TargetRef,
  pod: V1Pod,
  container: V1Container,
  { name, value, valueFrom }: V1EnvVar,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expand(value ?? '', before);
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const keyRef = configMapKeyRef ?? secretKeyRef;
  if (keyRef?.name !== undefined) {
    const kind = configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
    const data = await readDecoded(api, kind, keyRef.name, 'for variables');
    const found = data?.get(keyRef.key)?.toString();
    if (found === undefined && keyRef.optional !== true) {
      const missing = data === undefined ? 'does not exist' : `has no key ${keyRef.key}`;
      throw unreadable(reference, `its variable ${name} comes from ${kind} ${keyRef.name}, which ${missing}`);
    }
    return found;
  }
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) return resourceAtNode(api, pod, container, resourceFieldRef);
  throw unreadable(reference, `its variable ${name} comes from a source that this version does not know`);
}

function unreadable(reference: TargetRef, why: string): DevenvError {
  return new DevenvError({
    code: 'environment-unreadable',
    message: `the environment of ${targetText(reference)} cannot be read: ${why}`,
    owner: 'environment',
  });
}

import type { V1Pod } from '@kubernetes/client-node';
import type { DevenvError } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { type Place, type Target, targetUnsupported } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { closedWayTo } from './closed-services.ts';
import { containerOf } from './containers.ts';
import { statusOf } from './failures.ts';
import { memoryOf } from './memory.ts';
import { ownedPods } from './owned-pods.ts';
import { handleOf } from './pod-address.ts';
import { canHaveAgent, describePod, hasNetwork, isReady, troubleOf } from './pod-state.ts';
import { probeUserAgents } from './probes.ts';
import { standalonePlace } from './standalone.ts';
import { kubectl, podsPath, readWorkload, type Workload } from './workloads.ts';

const MAX_EVIDENCE = 6;

/** See `Platform.resolveTarget`. */
export async function resolveTarget(api: ClusterApi, reference: TargetRef): Promise<Target> {
  if (reference.kind === 'namespace') return { reference, places: [standalonePlace(api)] };
  const ahead = listAhead(api, reference);
  const workload = await readWorkload(api, reference);
  if (reference.path[1] !== undefined) containerOf(reference, workload);
  refuseUntouchable(reference, workload);
  const pods = await podsOf(api, reference, workload, ahead);
  memoryOf(api).notePods(pods);
  const there = pods.filter(canHaveAgent);
  if (there.length === 0) throw notRunning(reference, workload, pods);
  const places = there.map(placeOf).sort((one, other) => (one.id < other.id ? -1 : 1));
  const target = { reference, places, closedWay: await closedWayTo(api, there) };
  memoryOf(api).noteTarget(target);
  return target;
}

/** Pods that were asked for before it was known whether the workload is still found by this. */
interface Listed {
  readonly selector: string;
  readonly pods: Promise<readonly V1Pod[]>;
}

/** The pods of a workload, in whatever state. `ahead`: those that were asked for already. */
export async function podsOf(
  api: ClusterApi,
  reference: TargetRef,
  workload: Workload,
  ahead?: Listed,
): Promise<readonly V1Pod[]> {
  if (workload.selector !== undefined) {
    const { selector } = workload;
    const found = await (ahead?.selector === selector ? ahead.pods : listPods(api, reference, selector));
    return ownedPods(reference, workload, found);
  }
  const doing = `read the pod of ${targetText(reference)}`;
  try {
    return [await api.send<V1Pod>({ doing, path: `${podsPath(api)}/${workload.metadata.name}` })];
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

/** Asks for the pods of a workload at the same time as for the workload, where it is known what they are found by. */
function listAhead(api: ClusterApi, reference: TargetRef): Listed | undefined {
  const selector = memoryOf(api).selectorOf(reference);
  if (selector === undefined) return undefined;
  const pods = listPods(api, reference, selector);
  // Who needs them hears of it.
  pods.catch(() => {});
  return { selector, pods };
}

async function listPods(
  api: ClusterApi,
  reference: TargetRef,
  labelSelector: string,
): Promise<readonly V1Pod[]> {
  const doing = `list the pods of ${targetText(reference)}`;
  return (await api.send<{ items: V1Pod[] }>({ doing, path: podsPath(api), query: { labelSelector } })).items;
}

/** A pod as a place. */
export function placeOf(pod: V1Pod): Place {
  const { uid = '', name = '' } = pod.metadata ?? {};
  return {
    id: uid,
    name,
    handle: handleOf(pod),
    // Ephemeral containers cannot be removed, so that a running one is worth keeping for the next session.
    idleAgent: 'lingers',
    probeUserAgents: (port) => probeUserAgents(pod.spec ?? { containers: [] }, port),
    isReady: isReady(pod),
    isStarting: !hasNetwork(pod),
    trouble: troubleOf(pod),
  };
}

function refuseUntouchable(reference: TargetRef, { pod, replicas }: Workload): void {
  if (pod.hostNetwork) {
    throw targetUnsupported(
      reference,
      'its pods use the network of their node (hostNetwork), where the rules of a bridge would act on the whole node',
      'bridge a workload with a network of its own',
    );
  }
  if (pod.os?.name === 'windows' || pod.nodeSelector?.['kubernetes.io/os'] === 'windows') {
    throw targetUnsupported(
      reference,
      'its pods run on Windows, and the agent needs Linux',
      'bridge a workload on Linux',
    );
  }
  if (replicas === 0) {
    throw targetUnsupported(
      reference,
      'it is scaled to zero',
      `${kubectl(reference)} scale ${reference.kind}/${reference.path[0]} --replicas=1`,
    );
  }
}

function notRunning(reference: TargetRef, workload: Workload, pods: readonly V1Pod[]): DevenvError {
  const hint =
    pods.length === 0
      ? `nothing has made its ${workload.replicas ?? 1} pods yet: ${kubectl(reference)} describe ${reference.kind} ${reference.path[0]}`
      : `${kubectl(reference)} describe pod ${pods[0]?.metadata?.name}`;
  const evidence = pods.slice(0, MAX_EVIDENCE).map(describePod);
  return targetUnsupported(reference, 'none of its pods runs', hint, evidence);
}

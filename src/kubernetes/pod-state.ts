import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';

/**
 * Whether an agent can be placed there: the pod is on its way on some node, and not about to end. One whose containers do
 * not run, or cannot even be made, counts as well: that is a good reason to run them here. So does one that has only just
 * been given to a node: an agent that is placed there right then starts with the pod's own containers.
 */
export function canHaveAgent(pod: V1Pod): boolean {
  const { spec, status } = pod;
  const isOnItsWay = status?.phase === 'Running' || status?.phase === 'Pending';
  return isOnItsWay && spec?.nodeName !== undefined && !isEnding(pod);
}

/** Whether a pod has ended, as one that was evicted, or is about to: it is deleted as soon as its programs are done. */
export function isEnding({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined || ENDED.has(status?.phase ?? '');
}

const ENDED = new Set(['Succeeded', 'Failed']);

/** Whether the network of a pod exists, as far as its node has told; what runs there can be reached only then. */
export function hasNetwork({ status }: V1Pod): boolean {
  return status?.phase === 'Running' || status?.podIP !== undefined;
}

/** Whether the cluster sends requests to a pod. */
export function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

/** Whether a container of a pod runs now, so that programs can be run in it. */
export function runsContainer({ status }: V1Pod, name: string): boolean {
  return containersIn(status).some((one) => one.name === name && one.state?.running !== undefined);
}

/** Of the pods of a workload the one that tells most of a container: where it runs, else where there is a network at least. */
export function podToAsk(pods: readonly V1Pod[], container: string): V1Pod | undefined {
  const there = pods.filter(canHaveAgent);
  return there.find((pod) => runsContainer(pod, container)) ?? there.find(hasNetwork) ?? there[0];
}

/** Why a pod's own containers do not run, e.g. `app: ImagePullBackOff`; undefined when they do, or are only just being made. */
export function troubleOf({ status }: V1Pod): string | undefined {
  const troubles = containersIn(status).flatMap(({ name, state }) => {
    const reason = state?.waiting?.reason ?? state?.terminated?.reason;
    return reason === undefined || PASSING.has(reason) ? [] : [`${name}: ${reason}`];
  });
  return troubles.length === 0 ? undefined : troubles.join(', ');
}

/** What containers wait for that are only just being made, and how init containers end that have done their work. */
const PASSING = new Set(['ContainerCreating', 'PodInitializing', 'Completed']);

/** State of a pod in one line, as `kubectl get pods` has it. */
export function describePod({ metadata, status }: V1Pod): string {
  const waiting = containersIn(status).flatMap(waitingReason);
  const unscheduled = (status?.conditions ?? []).flatMap(({ type, status: is, message }) =>
    type === 'PodScheduled' && is === 'False' && message !== undefined ? [message] : [],
  );
  const reasons = [...waiting, ...unscheduled];
  const ending = metadata?.deletionTimestamp === undefined ? '' : ', ending';
  return `pod ${metadata?.name}: ${status?.phase ?? 'Unknown'}${ending}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`;
}

function containersIn(status: V1PodStatus | undefined): readonly V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function waitingReason({ name, state }: V1ContainerStatus): readonly string[] {
  const { reason, message } = state?.waiting ?? {};
  return reason === undefined ? [] : [`${name}: ${reason}${message === undefined ? '' : `, ${message}`}`];
}

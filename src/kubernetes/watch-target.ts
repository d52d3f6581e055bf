import { once } from 'node:events';
import type { V1Pod } from '@kubernetes/client-node';
import { unlessAborted } from '../common/deadline.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Target } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { isReady, isRunning } from './targets.ts';
import { podsPath, readWorkload } from './workloads.ts';

/**
 * The server ends a watch after so long, seconds; one that goes on for longer than that, and a little, has lost its
 * connection without a word.
 */
const WATCH_SECONDS = { server: 60, client: 75 };

/** See `Platform.watchTarget`. */
export async function* watchTarget(
  api: ClusterApi,
  { reference, places }: Target,
  signal: AbortSignal,
): AsyncGenerator<void> {
  // A standalone agent has no pod of its own to follow: who loses it asks for it again.
  if (reference.kind === 'namespace') {
    if (!signal.aborted) await once(signal, 'abort');
    return;
  }
  let known = stateOf(new Map(places.map(({ id, isReady: ready }) => [id, ready])));
  // The server ends each watch after a while.
  while (!signal.aborted) {
    for await (const running of runningPods(api, reference, signal)) {
      if (running === known) continue;
      known = running;
      yield;
    }
  }
}

/** Pods that run, and which of them are ready, as text that can be compared. */
function stateOf(running: ReadonlyMap<string, boolean>): string {
  const pods = [...running].map(([id, ready]) => (ready ? id : `${id} not ready`));
  return pods.sort().join(',');
}

/** Yields `stateOf` the pods: once at the beginning, then after every change. Ends with the server's watch. */
async function* runningPods(
  api: ClusterApi,
  reference: TargetRef,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const doing = `watch the pods of ${targetText(reference)}`;
  const workload = await unlessAborted(doing, signal, readWorkload(api, reference));
  const query: Record<string, string> =
    workload.selector === undefined
      ? { fieldSelector: `metadata.name=${workload.metadata.name}` }
      : { labelSelector: workload.selector };
  const list = await api.send<{ items: V1Pod[]; metadata: { resourceVersion?: string } }>({
    doing,
    path: podsPath(api),
    query,
    signal,
  });
  const running = new Map<string, boolean>();
  const note = (pod: V1Pod, isThere: boolean) => {
    const uid = pod.metadata?.uid;
    if (uid === undefined) return;
    if (isThere && isRunning(pod)) running.set(uid, isReady(pod));
    else running.delete(uid);
  };
  for (const pod of list.items) note(pod, true);
  yield stateOf(running);
  const events = api.watch<V1Pod>({
    doing,
    path: podsPath(api),
    query: {
      ...query,
      resourceVersion: list.metadata.resourceVersion ?? '',
      timeoutSeconds: String(WATCH_SECONDS.server),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(WATCH_SECONDS.client * 1000)]),
  });
  for await (const { type, object } of events) {
    if (type === 'ERROR') return;
    note(object, type !== 'DELETED');
    yield stateOf(running);
  }
}

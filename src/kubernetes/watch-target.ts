import type { V1Pod } from '@kubernetes/client-node';
import { pause, unlessAborted } from '../common/deadline.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Target } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { isRunning } from './targets.ts';
import { podsPath, readWorkload } from './workloads.ts';

/** Pauses after a watch that failed, milliseconds. */
const AGAIN_MS = [200, 400, 800, 1600, 3200, 5000];

/** A watch is begun anew after so long, seconds: one whose connection died silently says nothing for ever. */
const WATCH_SECONDS = 60;

/** See `Platform.watchTarget`. Goes on through losses of the API server; speaks after each, for much may have happened. */
export async function* watchTarget(
  api: ClusterApi,
  { reference, places }: Target,
  signal: AbortSignal,
): AsyncGenerator<void> {
  // A standalone agent has no pod of its own to follow: who loses it asks for it again.
  if (reference.kind === 'namespace') return;
  let known = places.map(({ id }) => id).join(',');
  for (let failures = 0; !signal.aborted; ) {
    try {
      for await (const running of runningPods(api, reference, signal)) {
        failures = 0;
        if (running === known) continue;
        known = running;
        yield;
      }
    } catch {
      await pause(AGAIN_MS[failures] ?? 5000, signal);
      failures += 1;
    }
  }
}

/** Yields the ids of the pods that run: once at the beginning, then after every change. Ends with the server's watch. */
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
  const running = new Set(list.items.filter(isRunning).flatMap(({ metadata }) => metadata?.uid ?? []));
  const ids = () => [...running].sort().join(',');
  yield ids();
  const events = api.watch<V1Pod>({
    doing,
    path: podsPath(api),
    query: {
      ...query,
      resourceVersion: list.metadata.resourceVersion ?? '',
      timeoutSeconds: String(WATCH_SECONDS),
    },
    signal,
  });
  for await (const { type, object } of events) {
    if (type === 'ERROR') return;
    const uid = object.metadata?.uid;
    if (uid === undefined) continue;
    if (type !== 'DELETED' && isRunning(object)) running.add(uid);
    else running.delete(uid);
    yield ids();
  }
}

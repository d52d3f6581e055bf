import { once } from 'node:events';
import type { V1Pod } from '@kubernetes/client-node';
import { unlessAborted } from '../common/deadline.ts';
import { newest } from '../common/newest.ts';
import { orEvery } from '../common/or-every.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Place, Target } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { ownedPods } from './owned-pods.ts';
import { canHaveAgent } from './pod-state.ts';
import { placeOf } from './targets.ts';
import { podsPath, readWorkload } from './workloads.ts';

/**
 * The server ends a watch after so long, seconds; one that goes on for longer than that, and a little, has lost its
 * connection without a word.
 */
const WATCH_SECONDS = { server: 60, client: 75 };

/** Where no pod is ready, Services decide whether requests come: they are looked at again after so long, milliseconds. */
const LOOK_AGAIN_MS = 10_000;

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
  let known = stateOf(places).text;
  // The server ends each watch after a while.
  while (!signal.aborted) {
    let isServed = true;
    // Whoever looks at the target upon a change looks once for all that came meanwhile: replicas come many at once.
    const states = newest(statesOfPlaces(api, reference, signal));
    for await (const state of orEvery(states, LOOK_AGAIN_MS)) {
      isServed = state?.isServed ?? isServed;
      if (state === undefined ? isServed : state.text === known) continue;
      known = state?.text ?? known;
      yield;
    }
  }
}

/** How the places of a target are. */
interface State {
  /** All of them that makes a difference, as text that can be compared. */
  readonly text: string;
  /** Some place is ready: whether requests come there does not depend on how Services are. */
  readonly isServed: boolean;
}

function stateOf(found: Iterable<Place>): State {
  const places = [...found];
  const texts = places.map(({ id, isReady, isStarting, trouble }) =>
    JSON.stringify([id, isReady, isStarting, trouble]),
  );
  return { text: texts.sort().join(), isServed: places.some(({ isReady }) => isReady) };
}

/** Yields `stateOf` the pods: once at the beginning, then after every change. Ends with the server's watch. */
async function* statesOfPlaces(
  api: ClusterApi,
  reference: TargetRef,
  signal: AbortSignal,
): AsyncGenerator<State> {
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
  const places = new Map<string, Place>();
  const note = (pod: V1Pod, isThere: boolean) => {
    const place = placeOf(pod);
    const counts = isThere && canHaveAgent(pod) && ownedPods(reference, workload, [pod]).length > 0;
    if (counts) places.set(place.id, place);
    else places.delete(place.id);
  };
  for (const pod of list.items) note(pod, true);
  yield stateOf(places.values());
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
    yield stateOf(places.values());
  }
}

import type { V1Pod } from '@kubernetes/client-node';
import { pause } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import type { Place } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { podAt, podPath } from './pod-address.ts';
import { isEnding } from './pod-state.ts';

/** The server ends a watch after so long, seconds. */
const WATCH_SECONDS = 60;

/** A watch that ended right away is not begun again before, milliseconds. */
const AGAIN_MS = 500;

/** What it takes of the API server. */
type Asks = Pick<ClusterApi, 'send' | 'watch'>;

/** The pod of a place; undefined when it is gone, or about to be: then no agent is of use there. Errors: those of `ClusterApi`. */
export async function readPod(api: Asks, place: Place): Promise<V1Pod | undefined> {
  const address = podAt(place);
  try {
    const pod = await api.send<V1Pod>({ doing: `read pod ${address.pod}`, path: podPath(address) });
    // A pod of a StatefulSet comes back under its old name.
    return pod.metadata?.uid === place.id && !isEnding(pod) ? pod : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * The pod of a place as the cluster tells it, kept current by a watch: to ask again and again would take processor from
 * the very node that is busy with starting it.
 */
export class FollowedPod {
  readonly #api: Asks;
  readonly #place: Place;
  readonly #ended = new AbortController();
  /** Settles when something is known, or why nothing is. */
  readonly #known = deferred();
  #pod: V1Pod | undefined;
  #change = deferred();

  /** `known`: as it was told just now; absent = it is read first. */
  constructor(api: Asks, place: Place, known?: V1Pod) {
    this.#api = api;
    this.#place = place;
    if (known !== undefined) this.#note(known);
    this.#follow().catch((error) => {
      this.#known.reject(error);
      this.#change.reject(error);
    });
  }

  /** As it is now; undefined when it is gone, or about to be. Errors: those of `ClusterApi`. */
  async state(): Promise<V1Pod | undefined> {
    await this.#known.promise;
    return this.#pod;
  }

  /** Resolves when it has changed, or after so many milliseconds. Errors: those of `ClusterApi`. */
  async change(withinMs: number): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([this.#change.promise, pause(withinMs, over.signal)]);
    } finally {
      over.abort();
    }
  }

  /** Whoever waits for a change waits no longer. */
  close(): void {
    this.#ended.abort();
    this.#change.resolve();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    const { namespace, pod: name } = podAt(this.#place);
    for (let known = this.#pod; !signal.aborted; known = undefined) {
      const pod = known ?? (await readPod(this.#api, this.#place));
      if (known === undefined) this.#note(pod);
      if (pod === undefined) return;
      const events = this.#api.watch<V1Pod>({
        doing: `watch pod ${name}`,
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: {
          fieldSelector: `metadata.name=${name}`,
          resourceVersion: pod.metadata?.resourceVersion ?? '',
          timeoutSeconds: String(WATCH_SECONDS),
        },
        signal,
      });
      const begun = performance.now();
      for await (const { type, object } of events) {
        if (type === 'ERROR' || signal.aborted) break;
        this.#note(type === 'DELETED' ? undefined : object);
        if (type === 'DELETED') return;
      }
      if (performance.now() - begun < AGAIN_MS) await pause(AGAIN_MS, signal);
    }
  }

  #note(pod: V1Pod | undefined): void {
    this.#pod = pod === undefined || isEnding(pod) ? undefined : pod;
    this.#known.resolve();
    this.#change.resolve();
    this.#change = deferred();
  }
}

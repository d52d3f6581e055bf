import type { V1Pod } from '@kubernetes/client-node';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { ClusterApi } from './api.ts';
import { GreetedPorts } from './greeted-ports.ts';

/** A pod that was seen so long ago is as good as one that is seen now, milliseconds: an answer takes its time as well. */
const RECENT_MS = 1000;

/** What was seen and reached of a cluster a moment ago: whoever needs it again need not wait for a round trip. */
export class Memory {
  /** Ports of agents that have greeted. */
  readonly greeted = new GreetedPorts();
  readonly #selectors = new Map<string, string>();
  readonly #pods = new Map<string, { readonly pod: V1Pod; readonly at: number }>();

  /**
   * What the pods of a workload were found by. It stays the same for the life of a workload, but one that was made anew
   * under the same name may have another.
   */
  selectorOf(reference: TargetRef): string | undefined {
    return this.#selectors.get(targetText(reference));
  }

  noteSelector(reference: TargetRef, selector: string | undefined): void {
    if (selector !== undefined) this.#selectors.set(targetText(reference), selector);
  }

  /** A pod as it was a moment ago, by its uid. */
  podOf(uid: string): V1Pod | undefined {
    const seen = this.#pods.get(uid);
    return seen !== undefined && performance.now() - seen.at < RECENT_MS ? seen.pod : undefined;
  }

  notePods(pods: readonly V1Pod[]): void {
    const at = performance.now();
    for (const [uid, seen] of this.#pods) if (at - seen.at >= RECENT_MS) this.#pods.delete(uid);
    for (const pod of pods) this.#pods.set(pod.metadata?.uid ?? '', { pod, at });
  }

  /** It is known to be another one by now. */
  forgetPod(uid: string): void {
    this.#pods.delete(uid);
  }
}

const memories = new WeakMap<ClusterApi, Memory>();

/** That of one cluster's namespace. */
export function memoryOf(api: ClusterApi): Memory {
  const memory = memories.get(api) ?? new Memory();
  memories.set(api, memory);
  return memory;
}

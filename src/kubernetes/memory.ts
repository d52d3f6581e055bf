import type { V1Pod } from '@kubernetes/client-node';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Target } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { GreetedPorts } from './greeted-ports.ts';

/** What was seen so long ago is as good as what is seen now, milliseconds: an answer takes its time as well. */
const RECENT_MS = 1500;

/** What was seen and reached of a cluster a moment ago: whoever needs it again need not wait for a round trip. */
export class Memory {
  /** Ports of agents that have greeted. */
  readonly greeted = new GreetedPorts();
  readonly #selectors = new Map<string, string>();
  readonly #pods = new Recent<V1Pod>();
  readonly #targets = new Recent<Target>();

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

  /** A target as it was found a moment ago. */
  targetOf(reference: TargetRef): Target | undefined {
    return this.#targets.get(targetText(reference));
  }

  noteTarget(target: Target): void {
    this.#targets.set(targetText(target.reference), target);
  }

  /** A pod as it was a moment ago, by its uid. */
  podOf(uid: string): V1Pod | undefined {
    return this.#pods.get(uid);
  }

  notePods(pods: readonly V1Pod[]): void {
    for (const pod of pods) this.#pods.set(pod.metadata?.uid ?? '', pod);
  }

  /** It is known to be another one by now. */
  forgetPod(uid: string): void {
    this.#pods.delete(uid);
  }
}

/** What is known for a moment only. */
class Recent<T> {
  readonly #known = new Map<string, { readonly value: T; readonly at: number }>();

  get(key: string): T | undefined {
    this.#forgetOld();
    return this.#known.get(key)?.value;
  }

  set(key: string, value: T): void {
    this.#forgetOld();
    // Behind all that were seen before.
    this.#known.delete(key);
    this.#known.set(key, { value, at: performance.now() });
  }

  delete(key: string): void {
    this.#known.delete(key);
  }

  #forgetOld(): void {
    const since = performance.now() - RECENT_MS;
    for (const [key, { at }] of this.#known) {
      if (at >= since) return;
      this.#known.delete(key);
    }
  }
}

const memories = new WeakMap<ClusterApi, Memory>();

/** That of one cluster's namespace. */
export function memoryOf(api: ClusterApi): Memory {
  const memory = memories.get(api) ?? new Memory();
  memories.set(api, memory);
  return memory;
}

import { DevenvError } from '../../src/common/errors.ts';
import { nearest } from '../../src/common/nearest.ts';
import type { ClosedWay } from '../../src/model/closed-way.ts';
import { type TargetRef, targetText } from '../../src/model/workspace.ts';
import type { Place, Target } from '../../src/platform/index.ts';
import { Feed } from './feed.ts';
import { refused } from './refusals.ts';

/** Workloads of a fake platform, by the names targets have for them. */
export class FakeWorkloads {
  readonly #byTarget = new Map<string, Workload>();
  /** By target; also of those that are not there, because they can be watched on. */
  readonly #changes = new Map<string, Feed<void>>();
  /** See `Place.idleAgent`; of places that come from now on. */
  idleAgent: Place['idleAgent'] = 'ends';
  #made = 0;

  add(target: string, places: readonly string[]): void {
    this.#byTarget.set(target, {
      places: places.map((name) => this.#newPlace(name)),
      refusal: undefined,
      closedWay: undefined,
    });
    this.#changesOf(target).publish();
  }

  addName(target: string, of: string): void {
    this.#byTarget.set(target, this.present(of));
    this.#changesOf(target).publish();
  }

  has(target: string): boolean {
    return this.#byTarget.has(target);
  }

  refuse(target: string, reason: string): void {
    this.present(target).refusal = reason;
  }

  /** All its places are others. */
  restart(target: string): void {
    const { places } = this.present(target);
    this.#move(
      target,
      places.map(({ name }) => this.#newPlace(name)),
    );
  }

  /** Places whose name stays are the same. `isStarting`: see `Place.isStarting`; of those that come. */
  scale(target: string, names: readonly string[], isStarting = false): void {
    const { places } = this.present(target);
    const kept = (name: string) => places.find((place) => place.name === name);
    this.#move(
      target,
      names.map((name) => kept(name) ?? { ...this.#newPlace(name), isStarting }),
    );
  }

  setReady(target: string, isReady: boolean): void {
    const { places } = this.present(target);
    this.#move(
      target,
      places.map((place) => ({ ...place, isReady })),
    );
  }

  /** The networks of all its places are there. */
  started(target: string): void {
    const { places } = this.present(target);
    this.#move(
      target,
      places.map((place) => ({ ...place, isStarting: false })),
    );
  }

  /** Requests do not come to a target for this reason, or come again. */
  close(target: string, way: ClosedWay | undefined): void {
    const workload = this.present(target);
    workload.closedWay = way;
    this.#move(target, workload.places);
  }

  /** With all its names. */
  remove(target: string): void {
    const names = this.#namesOf(this.present(target));
    for (const name of names) this.#byTarget.delete(name);
    for (const name of names) this.#changesOf(name).publish();
  }

  /** Errors: `target-not-found`, `target-unsupported`. */
  resolve(reference: TargetRef): Target {
    const text = targetText(reference);
    const workload = this.#byTarget.get(text);
    if (workload === undefined) throw notFound(text, [...this.#byTarget.keys()]);
    if (workload.refusal !== undefined) {
      throw refused('target-unsupported', `the target ${text} cannot be bridged: ${workload.refusal}`);
    }
    if (workload.places.length === 0) throw refused('target-unsupported', `the target ${text} does not run`);
    const places = [...workload.places].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { reference, places, closedWay: workload.closedWay };
  }

  /** Where a target runs now; nowhere when there is none. */
  placesOf(target: string): readonly Place[] {
    return this.#byTarget.get(target)?.places ?? [];
  }

  /** Whether some target runs at a place. */
  areAt(placeId: string): boolean {
    return [...this.#byTarget.values()].some(({ places }) => places.some(({ id }) => id === placeId));
  }

  /** Resolves when the network of a place is there. Errors: it is gone before. */
  async networkAt(placeId: string): Promise<void> {
    for (;;) {
      const [target, workload] =
        [...this.#byTarget].find(([, { places }]) => places.some(({ id }) => id === placeId)) ?? [];
      const place = workload?.places.find(({ id }) => id === placeId);
      if (target === undefined || place === undefined)
        throw refused('agent-failed', `the place ${placeId} is gone`);
      if (!place.isStarting) return;
      const over = new AbortController();
      await this.#changesOf(target).subscribe(over.signal).next();
      over.abort();
    }
  }

  changesOf(target: string, signal: AbortSignal): AsyncIterableIterator<void> {
    return this.#changesOf(target).subscribe(signal);
  }

  /** Ends what watches changes now. */
  endWatches(): void {
    for (const changes of this.#changes.values()) changes.end();
  }

  /** Errors: `Error`, for a test that names a target that is not there. */
  present(target: string): Workload {
    const workload = this.#byTarget.get(target);
    if (workload === undefined) throw new Error(`FakePlatform: there is no target ${target}`);
    return workload;
  }

  #move(target: string, places: readonly Place[]): void {
    const workload = this.present(target);
    workload.places = places;
    for (const name of this.#namesOf(workload)) this.#changesOf(name).publish();
  }

  #namesOf(workload: Workload): readonly string[] {
    return [...this.#byTarget].filter(([, other]) => other === workload).map(([name]) => name);
  }

  #changesOf(target: string): Feed<void> {
    const known = this.#changes.get(target) ?? new Feed<void>();
    this.#changes.set(target, known);
    return known;
  }

  #newPlace(name: string): Place {
    return {
      id: `${name}-${++this.#made}`,
      name,
      handle: `handle-of-${name}`,
      idleAgent: this.idleAgent,
      probeUserAgents: noProbes,
      isReady: true,
      isStarting: false,
      trouble: undefined,
    };
  }
}

function noProbes(): readonly string[] {
  return [];
}

/** Something that targets name. */
interface Workload {
  places: readonly Place[];
  /** Why it must not be touched; undefined = it may. */
  refusal: string | undefined;
  closedWay: ClosedWay | undefined;
}

function notFound(text: string, others: readonly string[]): DevenvError {
  const near = nearest(text, others);
  return new DevenvError({
    code: 'target-not-found',
    message: `the target ${text} was not found`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `targets here: ${[...others].sort().join(', ')}`,
    owner: 'user',
  });
}

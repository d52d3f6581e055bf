import { isDeepStrictEqual } from 'node:util';
import type { PlaceSide, TargetSide } from '../model/target-side.ts';
import type { Target } from '../platform/index.ts';

/** Why nobody answers at a target that is nowhere. */
export const NOT_RUNNING = 'the target is not running';

/** A workload that is being started takes its time to be ready: only after so long, milliseconds, its closed way is worth telling. */
const CLOSED_MS = 5000;

/** What is known of a target's own side of its bridges, told once for each change. */
export class ToldSide {
  readonly #troubleAt: (placeId: string) => string | undefined;
  readonly #tell: (side: TargetSide) => void;
  #target: Target | undefined;
  #side: TargetSide = { places: [], down: undefined, closedWay: undefined };
  /** Its way is closed; undefined while it is not. */
  #lasts: NodeJS.Timeout | undefined;
  /** It has been for so long that this is told. */
  #hasLasted = false;

  /** `troubleAt`: see `PlaceSide.trouble`. */
  constructor(troubleAt: (placeId: string) => string | undefined, tell: (side: TargetSide) => void) {
    this.#troubleAt = troubleAt;
    this.#tell = tell;
  }

  /** As it was told last. */
  get now(): TargetSide {
    return this.#side;
  }

  /** It is as this from now on; undefined = it runs nowhere. */
  found(target: Target | undefined): void {
    this.#target = target;
    if (target?.closedWay === undefined) {
      clearTimeout(this.#lasts);
      this.#lasts = undefined;
      this.#hasLasted = false;
    } else this.#lasts ??= setTimeout(() => this.#isLasting(), CLOSED_MS);
    this.changed();
  }

  /** What `troubleAt` says may have changed. */
  changed(): void {
    const side = sideOf(this.#target, this.#troubleAt);
    const told = this.#hasLasted ? side : { ...side, closedWay: undefined };
    if (isDeepStrictEqual(told, this.#side)) return;
    this.#side = told;
    this.#tell(told);
  }

  /** Nothing more is told. */
  close(): void {
    clearTimeout(this.#lasts);
  }

  #isLasting(): void {
    this.#hasLasted = true;
    this.changed();
  }
}

function sideOf(target: Target | undefined, troubleAt: (placeId: string) => string | undefined): TargetSide {
  if (target === undefined) return { places: [], down: NOT_RUNNING, closedWay: undefined };
  const places = target.places.map(({ id, name, isReady, trouble }) => ({
    id,
    name,
    isReady,
    originalTrouble: trouble,
    trouble: troubleAt(id),
  }));
  return { places, down: downOf(places), closedWay: target.closedWay };
}

/** Why the original does not answer anywhere; undefined while it does. */
function downOf(places: readonly PlaceSide[]): string | undefined {
  if (places.some(({ isReady }) => isReady)) return undefined;
  const trouble = places.find(({ originalTrouble }) => originalTrouble !== undefined)?.originalTrouble;
  return `no replica of the target is ready${trouble === undefined ? '' : ` (${trouble})`}`;
}

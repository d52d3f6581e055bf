import type { ClosedWay } from './closed-way.ts';

/** A place of a target, as far as bridges to it are concerned. */
export interface PlaceSide {
  /** See `Place.id`. */
  readonly id: string;
  /** How people call it. */
  readonly name: string;
  /** Whether the platform counts the workload as ready to answer here. */
  readonly isReady: boolean;
  /** Why the workload's own program does not run here, e.g. `app: CrashLoopBackOff`; undefined while it does, as far as is told. */
  readonly originalTrouble: string | undefined;
  /** Why no agent is connected here, in words; undefined while one is, or is on its way as far as is known. */
  readonly trouble: string | undefined;
}

/** What is known of a target's own side of the bridges to it. */
export interface TargetSide {
  /** Wherever it runs, or is about to; those that are about to end do not count. */
  readonly places: readonly PlaceSide[];
  /** Why its original does not answer anywhere, e.g. `the target is not running`; undefined while it does, as far as is known. */
  readonly down: string | undefined;
  /** Why no requests come there, whatever agents do; undefined when they do, as far as is known. */
  readonly closedWay: ClosedWay | undefined;
}

/** A bridge at one place of its target, as it is shown. */
export interface BridgedPlace {
  /** How people call the place. */
  readonly name: string;
  /** `live`: the service answers here. `resting`: the original does. `lost`: there is no claim here, which is being made good. */
  readonly state: 'live' | 'resting' | 'lost';
  /** Why, in words; empty where the state says it. */
  readonly reason: string;
  /** Whether the platform counts the workload as ready to answer here. */
  readonly ready: boolean;
}

/** At how many of the places of a target something is so. */
export interface PlaceCount {
  readonly live: number;
  readonly of: number;
}

import type { LiveState } from '../model/event.ts';
import type { Forward } from '../model/forward.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { BridgedPlace, PlaceCount } from '../model/target-side.ts';
import type { PublishedPort } from '../model/workspace.ts';
import type { UnitInfo } from '../runner/index.ts';

/** What a session says of itself. */
export interface SessionStatus {
  readonly identity: SessionIdentity;
  /** Which devenv it runs. */
  readonly program: ProgramIdentity;
  /** Absolute path of the file it follows. */
  readonly file: string;
  /** Process id of the session. */
  readonly pid: number;
  /** Where the targets live. */
  readonly platform: string;
  readonly services: readonly ServiceStatus[];
  readonly bridges: readonly BridgeStatus[];
  readonly forwards: readonly ForwardStatus[];
}

/** A forward as it is now. */
export interface ForwardStatus extends Omit<Forward, 'target'> {
  /** In the file's spelling. */
  readonly target: string;
  readonly state: 'up' | 'lost';
  /** Why it is lost; empty when it is not. */
  readonly reason: string;
}

/** A service container as it is now. */
export interface ServiceStatus {
  readonly name: string;
  /** Name of its container. */
  readonly container: string;
  /** `running`, `exited`, or another of the engine's words; `stopped` by somebody; `missing` when there is none. */
  readonly state: string;
  /** Its ports on this machine, with the numbers that the engine chose; none while they are not published. */
  readonly ports: readonly PublishedPort[];
  /** What its health test says while it runs; absent = it has none, or does not run. */
  readonly health?: UnitInfo['health'];
  /** When it was last started, milliseconds since 1970; absent = it was not yet. */
  readonly startedAt?: number | undefined;
  /** How it ended the last time: its end where it has ended, the one before where it was started again. */
  readonly lastEnd?: ServiceEnd | undefined;
  /**
   * What becomes of one that has ended: its `restart` starts it again, or nothing does. Absent = it runs, or that is
   * not known: there is no session, or it has not seen the end yet.
   */
  readonly next?: 'start' | 'nothing' | undefined;
  /** How often its `restart` has started it again since its container was made; absent = never, or not known. */
  readonly restarts?: number | undefined;
}

/** How a service's program ended. */
export interface ServiceEnd {
  /** Undefined where the engine does not say. */
  readonly exitCode: number | undefined;
  /** The kernel killed it for want of memory. */
  readonly outOfMemory: boolean;
  /** Milliseconds since 1970; undefined where the engine does not say. */
  readonly at: number | undefined;
}

/** A bridge as it is now. */
export interface BridgeStatus {
  /** See `BridgedPort.name`. */
  readonly name: string;
  readonly service: string;
  readonly target: string;
  readonly port: number;
  readonly local: number;
  readonly state: LiveState;
  /** Why, where the state does not say it. */
  readonly reason: string;
  /** At how many of the target's places it is live, where that is not all of them; absent = at all, or at none. */
  readonly count?: PlaceCount;
  /** How it is wherever the target runs; absent = a session of an older version does not say. */
  readonly places?: readonly BridgedPlace[];
  /** How many callers stay with the original because their connection began before the bridge, and has not ended. */
  readonly staying: number;
  /** How many connections went to the original because an agent carried as many as it may; absent = an older session does not say. */
  readonly passedOn?: number;
  /** It rests because somebody asked for that. */
  readonly onRequest: boolean;
  /** Who was given its port, which it does not claim again by itself, e.g. `ann@desk (project shop)`; absent = nobody. */
  readonly takenBy?: string | undefined;
  /** Which requests it takes, in words; absent = all of its port. */
  readonly takes?: string | undefined;
  /** Names whose marked requests it takes; absent = none. */
  readonly marks?: readonly string[];
}

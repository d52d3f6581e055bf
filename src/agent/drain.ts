import { setImmediate } from 'node:timers/promises';
import { pause } from '../common/deadline.ts';
import type { Pump } from '../tunnel/index.ts';
import { type Caller, OpenConnection } from './open-connection.ts';
import { DRAIN } from './timings.ts';

/** A caller's connection that can be ended without losing a request. */
export interface Drainable {
  /** Who it is, as people write it. */
  readonly peer: string;
  /** The caller's side is gone, or is carried otherwise: it is not to be touched any more. */
  readonly closed: boolean;
  /** It carries what has no end of its own, such as a WebSocket or a stream of events. */
  readonly isStream: boolean;
  /** From now on the next answer tells the caller that it is the last one on this connection. */
  announceEnd(): void;
  /**
   * Whether the caller waits for nothing now and is not likely to ask this very moment, on the clock of `performance`. With
   * `patient`, one that is likely to ask soon, and so to be told, may do so.
   */
  mayEnd(now: number, patient: boolean): boolean;
  /** Says the regular end to the caller. */
  end(): void;
  /** Cuts it off. */
  destroy(): void;
}

/** The connections of one kind that go through this agent now, by the port they were made to. */
export class OpenConnections {
  readonly #open = new Map<OpenConnection, number>();

  /** Begins to follow a caller's connection that `pump` carries. */
  track(port: number, caller: Caller, pump: Pump): OpenConnection {
    const open = new OpenConnection(caller, pump);
    this.#open.set(open, port);
    pump.whenDone(() => this.#open.delete(open));
    return open;
  }

  /** How many there are. */
  get count(): number {
    return this.#open.size;
  }

  /** Those made to one port. */
  of(port: number): readonly OpenConnection[] {
    return [...this.#open].filter(([, to]) => to === port).map(([open]) => open);
  }

  /** All of them. */
  all(): readonly OpenConnection[] {
    return [...this.#open.keys()];
  }
}

/** How connections are drained. */
export interface DrainTerms {
  /** When those with a request in flight are cut off, milliseconds from now; infinite = never. */
  readonly deadlineMs: number;
  /** False as soon as they may stay after all. Default: never. */
  readonly isWanted?: () => boolean;
  /** When what has no end of its own is ended: at once, after a moment, or not before the deadline. */
  readonly streamsEnd: 'at once' | 'soon' | 'last';
}

/**
 * Ends connections so that no request is lost: busy ones after their next answer, which tells the caller so where the
 * protocol allows it, idle ones at a good moment. Resolves, when none is left, to those that had to be cut off.
 */
export async function drainConnections(
  connections: readonly Drainable[],
  { deadlineMs, isWanted = () => true, streamsEnd }: DrainTerms,
): Promise<readonly Drainable[]> {
  const startedAt = performance.now();
  let left = connections;
  while (left.length > 0 && performance.now() - startedAt < deadlineMs) {
    for (const open of left) open.announceEnd();
    // A program that stood still has not read yet what came meanwhile: it does so before this goes on.
    await setImmediate();
    if (!isWanted()) return [];
    // Somebody has spoken meanwhile, or was refused by a service, and waits for it or goes elsewhere.
    left = left.filter((open) => !open.closed);
    const now = performance.now();
    const patient = now - startedAt < DRAIN.patientMs;
    for (const open of left) {
      if (open.mayEnd(now, patient) || (open.isStream && mayStreamsEnd(streamsEnd, patient))) open.end();
    }
    await pause(patient ? DRAIN.lookAgainMs : DRAIN.laterMs);
    left = left.filter((open) => !open.closed);
  }
  for (const open of left) open.destroy();
  return left;
}

function mayStreamsEnd(when: DrainTerms['streamsEnd'], patient: boolean): boolean {
  return when === 'at once' || (when === 'soon' && !patient);
}

import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import type { Pump } from '../tunnel/index.ts';
import { type Caller, OpenConnection } from './open-connection.ts';

/** Requests in flight may take so long to end before their connection is closed all the same, milliseconds. */
export const DRAIN_DEADLINE_MS = 2000;

/** So long callers are waited for that ask again and again, milliseconds: the next answer tells them. */
const PATIENT_MS = 1000;

const LOOK_AGAIN_MS = 2;

/** The connections of one kind that go through this agent now, by the port they were made to. */
export class OpenConnections {
  readonly #open = new Map<OpenConnection, number>();

  /** Begins to follow a caller's connection that `pump` carries, to the agent's socket `original` where it goes there. */
  track(port: number, caller: Caller, pump: Pump, original?: Socket): OpenConnection {
    const open = new OpenConnection(caller, pump, original);
    this.#open.set(open, port);
    pump.whenDone(() => this.#open.delete(open));
    return open;
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

/**
 * Ends connections so that no request is lost: busy ones after their next answer, which tells the caller so where the
 * protocol allows it, idle ones at a good moment; what is left at the deadline is cut off.
 */
export async function drainConnections(connections: readonly OpenConnection[]): Promise<void> {
  const startedAt = performance.now();
  let left = connections;
  for (let now = startedAt; left.length > 0 && now - startedAt < DRAIN_DEADLINE_MS; now = performance.now()) {
    for (const open of left) {
      open.announceEnd();
      if (open.mayEnd(now, now - startedAt < PATIENT_MS)) open.end();
    }
    await pause(LOOK_AGAIN_MS);
    left = left.filter((open) => !open.closed);
  }
  for (const open of left) open.destroy();
}

import { dirname, join } from 'node:path';

/**
 * How a gateway is with its session: its control duplex stands; it was closed from the session's end, as the system
 * does when that process is gone; or nothing came on it any more, which tells neither that the session lives nor that
 * it does not.
 */
export type ControlState = 'stands' | 'closed' | 'silent';

/** Where a gateway says so, in its container: for whoever asks by the engine, and cannot or must not be its session. */
export function controlMarkPath(socketPath: string): string {
  return join(dirname(socketPath), 'control');
}

/** What a gateway says there; undefined for anything else. */
export function controlStateIn(text: string): ControlState | undefined {
  const states: readonly ControlState[] = ['stands', 'closed', 'silent'];
  return states.find((state) => state === text.trim());
}

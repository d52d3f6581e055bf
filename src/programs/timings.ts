import type { Pulse } from '../common/heartbeat.ts';

/**
 * Times that depend on each other across programs, milliseconds. What must hold between them is tested in
 * `test/unit/programs/timings.test.ts`.
 */

/** An intercepted port goes back to the original when its lease is not renewed in time: the kernel sees to it. */
export const LEASE = { termMs: 5000, renewMs: 1000 } as const;

/** A ping each second; three seconds of silence fail open; after fifteen the tunnel is given up. */
export const TUNNEL_PULSE: Pulse = { intervalMs: 1000, silentAfterMs: 3000, deadAfterMs: 15_000 };

/**
 * An empty line each second. An agent that was silent for six has surely lost its claims: it lets them rest when its
 * tunnels have been silent for three, and where it does not run at all, the kernel's leases have ended.
 */
export const CONTROL_PULSE: Pulse = { intervalMs: 1000, silentAfterMs: 6000, deadAfterMs: 15_000 };

/** How long an agent stays without a session. */
export const LINGER = {
  /** Beside a container: long enough for a session whose connection broke to find it again. */
  besideContainerMs: 3000,
  /** In a pod, where ended agents cannot be removed: the next session finds it. */
  inPodMs: 180_000,
  /** Of a pod of its own. */
  standaloneMs: 20_000,
  /** When nothing was said. */
  unsaidMs: 300_000,
} as const;

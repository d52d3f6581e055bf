import type { Http2Session } from 'node:http2';
import type { Duplex } from 'node:stream';

/** What a tunnel says about its other end. */
export interface Liveness {
  /** Nothing was heard for `silentAfterMs`: whoever relies on the tunnel should stop doing so. */
  readonly onSilent?: () => void;
  /** Something was heard again after `onSilent`. */
  readonly onHeard?: () => void;
}

/** Times of the heartbeat, milliseconds. */
export interface Pulse {
  readonly intervalMs: number;
  readonly silentAfterMs: number;
  /** After so long a silence the tunnel is closed with everything in it. */
  readonly deadAfterMs: number;
}

/** A ping each second; three seconds of silence fail open; after fifteen the connection is given up. */
export const DEFAULT_PULSE: Pulse = { intervalMs: 1000, silentAfterMs: 3000, deadAfterMs: 15_000 };

/**
 * Pings the other end and listens for any sign of it. Silence is judged by the time this process could have heard
 * something: a laptop that slept, or a process that did not get the processor, starts the count anew.
 */
export function keepAlive(session: Http2Session, duplex: Duplex, pulse: Pulse, liveness: Liveness): void {
  let heardAt = performance.now();
  let tickedAt = heardAt;
  let bytesBefore = 0;
  let silent = false;

  const heard = () => {
    heardAt = performance.now();
    if (!silent) return;
    silent = false;
    liveness.onHeard?.();
  };
  const tick = () => {
    const now = performance.now();
    if (now - tickedAt > 2 * pulse.intervalMs) heardAt = now;
    tickedAt = now;
    const bytes = bytesRead(duplex);
    if (bytes !== bytesBefore) {
      bytesBefore = bytes;
      heard();
    }
    if (now - heardAt > pulse.deadAfterMs) session.destroy();
    else if (!silent && now - heardAt > pulse.silentAfterMs) {
      silent = true;
      liveness.onSilent?.();
    }
    if (!session.destroyed && !session.closed) session.ping((error) => error === null && heard());
  };
  const timer = setInterval(tick, pulse.intervalMs);
  session.on('ping', heard);
  session.once('close', () => clearInterval(timer));
}

function bytesRead(duplex: Duplex): number {
  return 'bytesRead' in duplex && typeof duplex.bytesRead === 'number' ? duplex.bytesRead : 0;
}

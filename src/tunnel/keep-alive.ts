import type { Http2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type Pulse, startHeart } from '../common/heartbeat.ts';

/** What a tunnel says about its other end. */
export interface TunnelWatch {
  /** Nothing was heard for `silentAfterMs`: whoever relies on the tunnel should stop doing so. */
  readonly onSilent?: () => void;
  /** Something was heard again after `onSilent`. */
  readonly onHeard?: () => void;
}

/** So many pings tell how long a round trip takes: the quickest of them, for others waited behind what was carried. */
const PINGS = 10;

/**
 * Pings the other end and listens for any sign of it; closes a dead tunnel with everything in it. `measured` hears how long
 * a round trip takes, milliseconds.
 */
export function keepAlive(
  session: Http2Session,
  duplex: Duplex,
  pulse: Pulse,
  watch: TunnelWatch,
  measured: (ms: number) => void,
): void {
  const took: number[] = [];
  const ping = () => {
    if (session.destroyed || session.closed) return;
    session.ping((error, ms) => {
      if (error !== null) return;
      heart.heard();
      took.push(ms);
      if (took.length > PINGS) took.shift();
      if (!session.destroyed) measured(Math.min(...took));
    });
  };
  let bytesBefore = 0;
  const heart = startHeart(pulse, {
    beat() {
      const bytes = bytesRead(duplex);
      if (bytes !== bytesBefore) heart.heard();
      bytesBefore = bytes;
      ping();
    },
    onSilent: watch.onSilent,
    onHeard: watch.onHeard,
    onDead: () => session.destroy(),
  });
  session.on('ping', heart.heard);
  session.once('close', heart.stop);
  ping();
}

function bytesRead(duplex: Duplex): number {
  return 'bytesRead' in duplex && typeof duplex.bytesRead === 'number' ? duplex.bytesRead : 0;
}

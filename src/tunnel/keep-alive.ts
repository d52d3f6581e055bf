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

/** Pings the other end and listens for any sign of it; closes a dead tunnel with everything in it. */
export function keepAlive(session: Http2Session, duplex: Duplex, pulse: Pulse, watch: TunnelWatch): void {
  let bytesBefore = 0;
  const heart = startHeart(pulse, {
    beat() {
      const bytes = bytesRead(duplex);
      if (bytes !== bytesBefore) heart.heard();
      bytesBefore = bytes;
      if (!session.destroyed && !session.closed) session.ping((error) => error === null && heart.heard());
    },
    onSilent: watch.onSilent,
    onHeard: watch.onHeard,
    onDead: () => session.destroy(),
  });
  session.on('ping', heart.heard);
  session.once('close', heart.stop);
}

function bytesRead(duplex: Duplex): number {
  return 'bytesRead' in duplex && typeof duplex.bytesRead === 'number' ? duplex.bytesRead : 0;
}

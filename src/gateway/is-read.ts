import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { type LoopbackConnection, unreadBytes } from '../netfilter/index.ts';

/** Pauses between looks at what the service has not read, milliseconds; then the last one again and again. */
const LOOKS_MS = [1, 2, 4, 8, 16];

/** So often may the kernel not know the connection: it may be about to say that it has ended. */
const UNKNOWN_LOOKS = 4;

/**
 * Waits until the service has read something of the `sent` bytes that were written to a socket, as the kernel tells; true
 * also where that cannot be told. False when nobody wants to know any more.
 */
export async function isReadIn(socket: Socket, sent: number, signal: AbortSignal): Promise<boolean> {
  let unknown = 0;
  for (let look = 0; !signal.aborted; look += 1) {
    if (socket.writableLength === 0) {
      const unread = unreadBytes(otherEndOf(socket));
      unknown = unread === undefined ? unknown + 1 : 0;
      if ((unread ?? sent) < sent || unknown >= UNKNOWN_LOOKS) return true;
    }
    await pause(LOOKS_MS[look] ?? Math.max(...LOOKS_MS), signal);
  }
  return false;
}

function otherEndOf({ remoteAddress, remotePort = 0, localPort = 0 }: Socket): LoopbackConnection {
  return { address: remoteAddress === '::1' ? '::1' : '127.0.0.1', port: remotePort, peerPort: localPort };
}

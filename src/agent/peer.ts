import type { Socket } from 'node:net';

/** A caller as people write it: address and port. The socket forgets it when it is gone. */
export function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress?.replace(/^::ffff:/, '') ?? 'somebody'}:${remotePort ?? 0}`;
}

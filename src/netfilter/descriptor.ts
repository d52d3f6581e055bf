import type { Socket } from 'node:net';

/** The descriptor of a socket of this process; undefined when it is closed. */
export function descriptorOf(socket: Socket): number | undefined {
  // Node gives it to nobody else; the field is as old as Node itself.
  const handle = (socket as unknown as { _handle: { fd?: number } | null })._handle;
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

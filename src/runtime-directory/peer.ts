import type { Socket } from 'node:net';
import { native } from './native.ts';

/** Linux, asm-generic/socket.h. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** `struct ucred`: pid, uid, gid. */
const UCRED_BYTES = 12;
const UID_AT = 4;

/**
 * Whether the other end of a connected Unix socket is a process of this user, as the kernel says. True where it cannot
 * be asked: there the directory's own rights keep others out.
 */
export async function isOwnPeer(socket: Socket): Promise<boolean> {
  const descriptor = descriptorOf(socket);
  if (process.platform !== 'linux' || descriptor === undefined) return true;
  const libc = await native();
  // Closed while the library was loaded; another connection may have the number by now.
  if (libc === undefined || descriptorOf(socket) !== descriptor) return true;
  const credentials = Buffer.alloc(UCRED_BYTES);
  if (libc.getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, credentials) !== UCRED_BYTES) return true;
  return credentials.readUInt32LE(UID_AT) === process.getuid?.();
}

function descriptorOf(socket: Socket): number | undefined {
  // Node gives the descriptor of a socket to nobody else; the field is as old as Node itself.
  const handle = (socket as unknown as { _handle: { fd?: number } | null })._handle;
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

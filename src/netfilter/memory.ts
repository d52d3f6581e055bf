import type { Socket } from 'node:net';
import { descriptorOf } from './descriptor.ts';
import { libc } from './libc.ts';

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;

const setsockopt = libc(
  'int setsockopt(int fd, int level, int name, const uint32_t *value, uint32_t length)',
);
const trim = libc('int malloc_trim(size_t keep)');

/**
 * What the kernel keeps for a connection each way, bytes; it takes as much again for itself. Otherwise that grows to
 * megabytes, which count as memory of whoever's pod it is. Without effect on a connection that is closed.
 */
export function boundSocket(socket: Socket, bytes: number): void {
  const fd = descriptorOf(socket);
  if (fd === undefined) return;
  for (const name of [SO_RCVBUF, SO_SNDBUF]) setsockopt(fd, SOL_SOCKET, name, [bytes], 4);
}

/** Gives the system back what this program has freed. */
export function releaseFreedMemory(): void {
  trim(0);
}

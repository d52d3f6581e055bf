import type { Socket } from 'node:net';
import { descriptorOf } from './descriptor.ts';
import { libc } from './libc.ts';

/** An address and port. */
export interface Destination {
  /** IPv4 or IPv6 address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const SOL_IP = 0;
const SOL_IPV6 = 41;
/** `SO_ORIGINAL_DST` and `IP6T_SO_ORIGINAL_DST` (linux/netfilter_ipv4.h, ip6_tables.h). */
const ORIGINAL_DST = 80;

const getsockopt = libc(
  'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
);

/**
 * Where the caller of a redirected connection wanted to go. Undefined when the connection was not redirected
 * or is closed already.
 */
export function originalDestination(socket: Socket): Destination | undefined {
  const fd = descriptorOf(socket);
  if (fd === undefined) return undefined;
  return socket.localFamily === 'IPv6' ? read6(fd) : read4(fd);
}

function read4(fd: number): Destination | undefined {
  // struct sockaddr_in: family (2), port (2, network order), address (4)
  const value = Buffer.alloc(16);
  if (getsockopt(fd, SOL_IP, ORIGINAL_DST, value, [value.length]) !== 0) return undefined;
  return { host: [...value.subarray(4, 8)].join('.'), port: value.readUInt16BE(2) };
}

function read6(fd: number): Destination | undefined {
  // struct sockaddr_in6: family (2), port (2, network order), flow info (4), address (16)
  const value = Buffer.alloc(28);
  if (getsockopt(fd, SOL_IPV6, ORIGINAL_DST, value, [value.length]) !== 0) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => value.readUInt16BE(8 + 2 * index).toString(16));
  return { host: groups.join(':'), port: value.readUInt16BE(2) };
}

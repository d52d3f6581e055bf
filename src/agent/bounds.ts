const KIB = 1024;
const MIB = 1024 * KIB;

/** What the kernel may keep for the connections of callers each way: in all, and of one at least and at most, bytes. */
const SOCKETS = { inAll: MIB, least: 16 * KIB, most: 512 * KIB } as const;

/** What the kernel may keep for a caller's connection each way, when there are so many, bytes. */
export function socketBytes(connections: number): number {
  return Math.round(Math.min(SOCKETS.most, Math.max(SOCKETS.least, SOCKETS.inAll / connections)));
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** What the kernel may keep for the connections of callers each way: in all, and of one at least and at most, bytes. */
const SOCKETS = { inAll: MIB, least: 16 * KIB, most: 512 * KIB } as const;

/** What callers may have sent that no service has accepted yet: in all, and each at least and at most, bytes. */
const UNACCEPTED = { inAll: 2 * MIB, least: 16 * KIB, most: 64 * KIB } as const;

/** What the kernel may keep for a caller's connection each way, when there are so many, bytes. */
export function socketBytes(connections: number): number {
  return shareOf(SOCKETS, connections);
}

/** What a caller may have sent before a service has accepted, which is kept to be sent again elsewhere, when there are so many, bytes. */
export function unacceptedBytes(connections: number): number {
  return shareOf(UNACCEPTED, connections);
}

/** Of what there is for all, within its bounds; whole bytes. */
function shareOf(bounds: { inAll: number; least: number; most: number }, connections: number): number {
  return Math.round(Math.min(bounds.most, Math.max(bounds.least, bounds.inAll / connections)));
}

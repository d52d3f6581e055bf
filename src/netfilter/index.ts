/**
 * What agent and gateway need of the Linux kernel: tables of packet rules that live as long as their owner, the address a
 * redirected connection was meant for, the list of sockets, and what memory it keeps for them. Knows nothing of sessions,
 * claims or tunnels.
 */

export type { LoopbackConnection } from './inet-diag.ts';
export { isListenedOn, listeningPorts } from './listening-ports.ts';
export { boundSocket, releaseFreedMemory } from './memory.ts';
export type { Destination } from './original-destination.ts';
export { originalDestination } from './original-destination.ts';
export type { ServedConnection } from './sock-diag.ts';
export { closeConnections, connectionsTo, unreadBytes } from './sock-diag.ts';
export { openTable, type Table } from './table.ts';

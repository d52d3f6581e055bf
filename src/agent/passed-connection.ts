import { connect } from 'node:net';
import type { Destination } from '../netfilter/index.ts';
import { pump, socketEndpoint } from '../tunnel/index.ts';
import type { OpenConnections } from './drain.ts';
import type { Caller, OpenConnection } from './open-connection.ts';

/**
 * Sends a caller's connection to the container it wanted, after the bytes that were already read from it.
 * The agent's group is exempt from the packet rules, so this does not come back here.
 */
export function passThrough(
  caller: Caller,
  destination: Destination,
  early: readonly Buffer[],
  connections: OpenConnections,
): OpenConnection {
  const original = connect({ ...destination, allowHalfOpen: true, noDelay: true });
  const pumped = pump(socketEndpoint(caller), socketEndpoint(original), { first: early });
  return connections.track(destination.port, caller, pumped, original);
}

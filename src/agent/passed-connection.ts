import { connect } from 'node:net';
import type { Destination } from '../netfilter/index.ts';
import { socketEndpoint, splice } from '../tunnel/index.ts';
import type { OpenConnections } from './drain.ts';
import type { Caller, OpenConnection } from './open-connection.ts';

/**
 * Sends a caller's connection to the container it wanted, after the bytes that were already read from it.
 * The agent's group is exempt from the packet rules, so this does not come back here.
 */
export function passThrough(
  socket: Caller,
  destination: Destination,
  early: readonly Buffer[],
  connections: OpenConnections,
): OpenConnection {
  const original = connect({ ...destination, allowHalfOpen: true, noDelay: true });
  const open = connections.track(destination.port, socket, original);
  for (const chunk of early) original.write(chunk);
  splice(socketEndpoint(socket), socketEndpoint(original), () => open.done());
  open.joined(original);
  return open;
}

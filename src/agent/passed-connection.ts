import type { Socket } from 'node:net';
import { pump, socketEndpoint } from '../tunnel/index.ts';
import type { OpenConnections } from './drain.ts';
import type { Caller, OpenConnection } from './open-connection.ts';

/**
 * Sends a caller's connection to the container it wanted, after the bytes that were already read from it. `original`: a
 * connection to there; `port`: the one the caller's was made to, among `connections`.
 */
export function passThrough(
  caller: Caller,
  original: Socket,
  early: readonly Buffer[],
  port: number,
  connections: OpenConnections,
): OpenConnection {
  const pumped = pump(socketEndpoint(caller), socketEndpoint(original), { first: early, frees: true });
  return connections.track(port, caller, pumped);
}

import { connect, type Socket } from 'node:net';
import type { IncomingStream } from '../tunnel/index.ts';
import { carryUntilRead } from './unread.ts';

/** Where a service may listen that wants to be found on its own machine, in the order they are tried. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** What is known of the service's ports. */
export interface InboundPorts {
  /** Whether a bridge leads to it: whoever speaks for the workload may reach no other, such as a debugger's. */
  isBridged(port: number): boolean;
  /** A stream was refused, because nothing listens there. */
  refused(port: number): void;
  /** Whether the service listens there now, as the kernel says. Errors: `Error` where that is not known. */
  listens(port: number): Promise<boolean>;
}

/** Connects a stream of bridged traffic to the service, which shares this namespace. */
export function serveInbound(incoming: IncomingStream, ports: InboundPorts): void {
  const { target } = incoming;
  if (target.kind !== 'tcp' || !ports.isBridged(target.port)) {
    incoming.refuse();
    return;
  }
  const { port } = target;
  attempt(incoming, port, LOOPBACK, ports);
}

function attempt(
  incoming: IncomingStream,
  port: number,
  [host, ...others]: readonly string[],
  ports: InboundPorts,
): void {
  if (host === undefined) {
    incoming.refuse();
    ports.refused(port);
    return;
  }
  const socket: Socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const giveUp = () => socket.destroy();
  const next = () => {
    incoming.stream.off('close', giveUp);
    attempt(incoming, port, others, ports);
  };
  incoming.stream.once('close', giveUp);
  socket.once('error', next);
  socket.once('connect', () => {
    socket.off('error', next);
    incoming.stream.off('close', giveUp);
    carryUntilRead(incoming, socket, async () => {
      if (await ports.listens(port)) return false;
      ports.refused(port);
      return true;
    });
  });
}

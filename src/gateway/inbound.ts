import { connectToFirst, type IncomingStream, LOOPBACK } from '../tunnel/index.ts';
import { carryUntilRead } from './unread.ts';

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
  attempt({ incoming, port: target.port, ports });
}

/** A stream on its way to the service. */
interface Way {
  readonly incoming: IncomingStream;
  readonly port: number;
  readonly ports: InboundPorts;
  /** Set when another connection has closed it unread: what it brought first, if anything. */
  readonly before?: { readonly asked: Buffer | undefined };
}

function attempt(way: Way): void {
  const { incoming, port, ports, before } = way;
  if (incoming.stream.destroyed) return;
  const hasEnded = async () => {
    if (await ports.listens(port)) return false;
    ports.refused(port);
    return true;
  };
  const again = (asked: Buffer | undefined) => attempt({ ...way, before: { asked } });
  connectToFirst(incoming, {
    hosts: LOOPBACK,
    port,
    nobody: () => {
      incoming.refuse();
      ports.refused(port);
    },
    connected: (socket) =>
      carryUntilRead(
        incoming,
        socket,
        { hasEnded, again: before === undefined ? again : undefined },
        before?.asked,
      ),
  });
}

import { pump, socketEndpoint, type Tunnel } from '../tunnel/index.ts';
import { unacceptedBytes } from './bounds.ts';
import type { OpenConnections } from './drain.ts';
import type { Caller } from './open-connection.ts';
import { ARRIVAL } from './timings.ts';

/** The way to a service. */
export interface ServiceWay {
  readonly tunnel: Tunnel;
  /** Port of the service. */
  readonly to: number;
  /** Hears, when a connection is over, when it was used last, on the clock of `performance`. */
  readonly over: (lastUse: number) => void;
}

/**
 * Sends a caller's connection through a tunnel to the service. The first bytes go out at once and are kept until the
 * service has accepted; when it refuses, `fallBack` gets them, and the caller notices nothing. `port` is the one the
 * connection was made to, among `connections`; `early`: what was read of it already.
 */
export function bridge(
  caller: Caller,
  { tunnel, to, over }: ServiceWay,
  { port, early }: { readonly port: number; readonly early: readonly Buffer[] },
  connections: OpenConnections,
  fallBack: (early: readonly Buffer[]) => void,
): void {
  let opened: ReturnType<Tunnel['open']>;
  try {
    opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: to });
  } catch {
    fallBack(early);
    return;
  }
  const keep = unacceptedBytes(connections.count + 1);
  const pumped = pump(socketEndpoint(caller), opened, { keep, first: early, frees: true });
  const open = connections.track(port, caller, pumped);
  const refused = () => {
    const kept = pumped.withdraw();
    if (kept !== undefined) fallBack(kept);
  };
  const timer = setTimeout(refused, ARRIVAL.acceptedMs);
  const accepted = () => {
    clearTimeout(timer);
    pumped.accept();
  };
  pumped.whenDone(() => {
    clearTimeout(timer);
    over(open.lastUse);
  });
  opened.accepted.then(accepted, refused);
}

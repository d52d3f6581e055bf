import { connect, type Socket } from 'node:net';
import { type IncomingStream, pump, socketEndpoint } from '../tunnel/index.ts';

/** Where a service may listen that wants to be found on its own machine, in the order they are tried. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** Connects a stream of bridged traffic to the service, which shares this namespace. `onRefused` gets its port then. */
export function serveInbound(incoming: IncomingStream, onRefused: (port: number) => void): void {
  const { target } = incoming;
  if (target.kind !== 'tcp') {
    incoming.refuse();
    return;
  }
  const { port } = target;
  attempt(incoming, port, LOOPBACK, () => {
    incoming.refuse();
    onRefused(port);
  });
}

function attempt(
  incoming: IncomingStream,
  port: number,
  [host, ...others]: readonly string[],
  refused: () => void,
): void {
  if (host === undefined) {
    refused();
    return;
  }
  const socket: Socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const giveUp = () => socket.destroy();
  const next = () => {
    incoming.stream.off('close', giveUp);
    attempt(incoming, port, others, refused);
  };
  incoming.stream.once('close', giveUp);
  socket.once('error', next);
  socket.once('connect', () => {
    socket.off('error', next);
    incoming.stream.off('close', giveUp);
    incoming.accept();
    pump(incoming, socketEndpoint(socket));
  });
}

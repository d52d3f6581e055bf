import { connect, type Socket } from 'node:net';
import { socketEndpoint } from './endpoint.ts';
import { pump } from './pump.ts';
import type { IncomingStream } from './server.ts';

/** Where a program may listen that is found on its own machine, in the order they are tried. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/** What becomes of a stream that is led to the first host that takes it. */
export interface FirstHost {
  /** Addresses or names, in the order they are tried. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Somebody listens there: the stream is theirs, not accepted yet. */
  readonly connected: (socket: Socket) => void;
  /** Nobody listens at any of them. */
  readonly nobody: () => void;
}

/** Connects to the first of some hosts where something listens, unless the stream that wants it ends before. */
export function connectToFirst(incoming: IncomingStream, { hosts, ...first }: FirstHost): void {
  const [host, ...others] = hosts;
  if (host === undefined) {
    first.nobody();
    return;
  }
  const socket = connect({ host, port: first.port, allowHalfOpen: true, noDelay: true });
  const giveUp = () => socket.destroy();
  const next = () => {
    incoming.stream.off('close', giveUp);
    connectToFirst(incoming, { hosts: others, ...first });
  };
  incoming.stream.once('close', giveUp);
  socket.once('error', next);
  socket.once('connect', () => {
    socket.off('error', next);
    incoming.stream.off('close', giveUp);
    first.connected(socket);
  });
}

/** Carries a stream to the first of some hosts where something listens at a port; refuses it where nothing does. */
export function carryToFirst(incoming: IncomingStream, hosts: readonly string[], port: number): void {
  const connected = (socket: Socket) => {
    incoming.accept();
    pump(incoming, socketEndpoint(socket));
  };
  connectToFirst(incoming, { hosts, port, connected, nobody: () => incoming.refuse() });
}

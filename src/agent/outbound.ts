import { connect } from 'node:net';
import { type IncomingStream, pump, socketEndpoint } from '../tunnel/index.ts';
import { serveDns } from './resolver.ts';

/** Connects a stream that a service wants to its target, from this namespace and with its address. */
export function serveOutbound(incoming: IncomingStream): void {
  const { target } = incoming;
  switch (target.kind) {
    case 'dns':
      incoming.accept();
      serveDns(incoming.stream).catch(() => incoming.abort());
      return;
    case 'tcp': {
      const socket = connect({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true });
      const giveUp = () => socket.destroy();
      const refuse = () => incoming.refuse();
      incoming.stream.once('close', giveUp);
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.off('error', refuse);
        incoming.stream.off('close', giveUp);
        incoming.accept();
        pump(incoming, socketEndpoint(socket));
      });
    }
  }
}

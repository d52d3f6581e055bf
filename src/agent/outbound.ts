import { carryToFirst, type IncomingStream } from '../tunnel/index.ts';
import { serveDns } from './resolver.ts';

/** Connects a stream that a service wants to its target, from this namespace and with its address. */
export function serveOutbound(incoming: IncomingStream): void {
  const { target } = incoming;
  switch (target.kind) {
    case 'dns':
      incoming.accept();
      serveDns(incoming.stream).catch(() => incoming.abort());
      return;
    case 'tcp':
      carryToFirst(incoming, [target.host], target.port);
  }
}

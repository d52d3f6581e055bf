import { once } from 'node:events';
import { createServer } from 'node:net';
import { docker } from './docker.ts';

/** A server on this machine that both a target and a service could reach, each from an address of its own. */
export interface CallerLog extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Addresses that have called, with how often each. */
  readonly callers: ReadonlyMap<string, number>;
}

/** Listens on this machine's address in a network of the engine. */
export async function aCallerLog(network: string): Promise<CallerLog> {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  const host = await docker('network', 'inspect', '--format', format, network);
  const callers = new Map<string, number>();
  const server = createServer((caller) => {
    const from = caller.remoteAddress ?? 'gone';
    callers.set(from, (callers.get(from) ?? 0) + 1);
    caller.on('error', () => {});
    caller.end('noted');
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host,
    port: address.port,
    callers,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

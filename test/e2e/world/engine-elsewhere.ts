import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { docker } from './docker.ts';

/** The engine of this machine under an address that is not loopback: for devenv it is somewhere else. */
export interface EngineElsewhere extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly address: string;
}

/** Listens on this machine's address in a network of the engine, which nobody but its containers reaches. */
export async function anEngineElsewhere(network: string): Promise<EngineElsewhere> {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  const host = await docker('network', 'inspect', '--format', format, network);
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    const engine = connect('/var/run/docker.sock');
    caller.pipe(engine).pipe(caller);
    caller.on('error', () => engine.destroy());
    engine.on('error', () => caller.destroy());
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `tcp://${host}:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

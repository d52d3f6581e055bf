import { connect, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { listenOnPath } from '../common/listen.ts';
import { portSocket } from '../programs/index.ts';
import { LOOPBACK } from '../tunnel/index.ts';

/**
 * Takes connections to ports of the service on sockets beside the gateway's own: where no engine publishes ports, the
 * session listens on this machine, and comes in here.
 */
export async function relayPorts(ports: readonly number[], socketPath: string): Promise<void> {
  await Promise.all(
    ports.map(async (port) => {
      const server = createServer({ allowHalfOpen: true }, (caller) => lead(caller, port, LOOPBACK));
      const trouble = (error: Error) =>
        console.error(`a caller of port ${port} was not taken: ${error.message}`);
      await listenOnPath(server, join(dirname(socketPath), portSocket(port)), trouble);
    }),
  );
}

function lead(caller: Socket, port: number, [host, ...others]: readonly string[]): void {
  if (host === undefined) {
    caller.destroy();
    return;
  }
  const service = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const next = () => lead(caller, port, others);
  const giveUp = () => caller.destroy();
  if (others.length === LOOPBACK.length - 1) caller.on('error', () => caller.destroy());
  service.once('error', next);
  service.once('connect', () => {
    service.off('error', next);
    service.on('error', giveUp);
    caller.once('close', () => service.destroy());
    service.once('close', () => caller.destroySoon());
    caller.pipe(service).pipe(caller);
  });
}

import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DevenvError, systemCode } from '../common/errors.ts';
import { listen } from '../common/listen.ts';
import type { PublishedPort } from '../model/workspace.ts';
import { portSocket } from '../programs/index.ts';

/** Ports of this machine that lead to those of a network, by the sockets on which its gateway waits for them. */
export class PublishedPorts {
  readonly ports: readonly PublishedPort[];
  readonly #servers: readonly Server[];

  private constructor(ports: readonly PublishedPort[], servers: readonly Server[]) {
    this.ports = ports;
    this.#servers = servers;
  }

  /** Errors: `port-taken`. */
  static async open(directory: string, wanted: readonly PublishedPort[]): Promise<PublishedPorts> {
    const servers: Server[] = [];
    const ports: PublishedPort[] = [];
    try {
      for (const port of wanted) {
        const server = relayTo(join(directory, portSocket(port.target)));
        servers.push(server);
        ports.push({ ...port, published: await listenAt(server, port) });
      }
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new PublishedPorts(ports, servers);
  }

  /** Connections that stand go on to their end. */
  close(): void {
    for (const server of this.#servers) server.close();
  }
}

async function listenAt(server: Server, { hostIp, published = 0 }: PublishedPort): Promise<number> {
  try {
    await listen(server, { host: hostIp, port: published }, () => {});
  } catch (error) {
    const isTaken = systemCode(error) === 'EADDRINUSE';
    throw new DevenvError({
      code: 'port-taken',
      message: `port ${published} of ${hostIp} on this machine ${isTaken ? 'is taken' : `cannot be listened on: ${systemCode(error)}`}`,
      hint: isTaken
        ? `see who has it: ss -ltnp 'sport = :${published}'; or publish another port`
        : 'publish another port',
      owner: 'user',
      cause: error,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : published;
}

function relayTo(path: string): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
    const inside = connect({ path, allowHalfOpen: true });
    const end = () => {
      caller.destroy();
      inside.destroy();
    };
    for (const socket of [caller, inside]) socket.on('error', end);
    caller.once('close', () => inside.destroy());
    inside.once('close', () => caller.destroySoon());
    caller.pipe(inside).pipe(caller);
  });
}

import { createServer, type Socket } from 'node:net';
import { listen } from '../common/listen.ts';
import { originalDestination } from '../netfilter/index.ts';
import { isNeighbourAddress } from '../programs/index.ts';
import type { StreamTarget } from '../protocol/index.ts';
import { CurrentTunnel, type OpenedStream, pump, socketEndpoint, type Tunnel } from '../tunnel/index.ts';

/** Connections that may wait to be taken; a service may open many at once. */
const BACKLOG = 4096;

/**
 * Carries the service's connections to wherever they wanted to go, from the workload's network; those to addresses that stand
 * for its neighbours, to the session.
 */
export class Outbound {
  readonly #current = new CurrentTunnel();
  readonly #toNeighbours = new CurrentTunnel();
  #neighbours: ReadonlySet<string> = new Set();

  /** From now on new connections take this tunnel. */
  use(tunnel: Tunnel): void {
    this.#current.use(tunnel);
  }

  /** From now on new connections to neighbours take this tunnel. */
  useForNeighbours(tunnel: Tunnel): void {
    this.#toNeighbours.use(tunnel);
  }

  /** From now on these addresses stand for neighbours. */
  setNeighbours(addresses: Iterable<string>): void {
    this.#neighbours = new Set(addresses);
  }

  /**
   * Opens a stream to a target, as soon as there is a tunnel. Errors: `Error` when none comes in time, or for a neighbour that
   * is none any more: a program may remember its address.
   */
  async open(target: StreamTarget): Promise<OpenedStream> {
    if (target.kind !== 'tcp' || !isNeighbourAddress(target.host)) return this.#current.open(target);
    if (this.#neighbours.has(target.host)) return this.#toNeighbours.open(target);
    throw new Error(`${target.host} stands for no neighbour`);
  }

  /** Listens for the connections that the packet rules send here. */
  async listen(port: number): Promise<void> {
    await listenOnLoopback(port, (socket) => {
      socket.on('error', () => {});
      this.#carry(socket, port).catch(() => socket.destroy());
    });
  }

  async #carry(socket: Socket, ownPort: number): Promise<void> {
    const destination = originalDestination(socket);
    if (destination === undefined || destination.port === ownPort) {
      socket.destroy();
      return;
    }
    const caller = socketEndpoint(socket);
    try {
      const opened = await this.open({ kind: 'tcp', ...destination });
      // Bytes go out before the workload's side has connected; a refusal becomes a reset, as it would be without us.
      opened.accepted.catch(() => caller.abort());
      pump(caller, opened);
    } catch {
      caller.abort();
    }
  }
}

/**
 * Listens on one port of 127.0.0.1 and ::1, where redirected connections arrive and neighbours on the network cannot;
 * a namespace without IPv6 gets IPv4 alone.
 */
export async function listenOnLoopback(port: number, onSocket: (socket: Socket) => void): Promise<void> {
  const options = { allowHalfOpen: true, noDelay: true };
  const trouble = (error: Error) => console.error(`a connection was not taken: ${error.message}`);
  const on = (host: string) =>
    listen(createServer(options, onSocket), { port, host, backlog: BACKLOG }, trouble);
  await on('127.0.0.1');
  await on('::1').catch(() => {});
}

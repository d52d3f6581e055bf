import { createServer, type Socket } from 'node:net';
import { messageOf } from '../common/errors.ts';
import { listen } from '../common/listen.ts';
import {
  boundSocket,
  type Destination,
  isListenedOn,
  originalDestination,
  type Table,
} from '../netfilter/index.ts';
import { interceptAdd, interceptRemove, interceptRenew } from '../packet-rules/index.ts';
import { LEASE } from '../programs/index.ts';
import { socketBytes } from './bounds.ts';
import type { PortTakeover } from './claim.ts';
import { type DrainOptions, drainOriginal } from './drain-original.ts';

/** Connections that may wait to be taken; many come at once when a port is taken over. */
const BACKLOG = 4096;

/** The ports that are sent here instead of to the original container, each under a lease that must be renewed. */
export class Intercept implements PortTakeover {
  /** Called for each connection that was sent here, with where it wanted to go. */
  onConnection: (socket: Socket, destination: Destination) => void = (socket) => socket.destroy();
  /** Called for a port whose lease had expired when it was renewed: until then callers have reached the original. */
  onLapse: (port: number) => void = () => {};
  readonly #table: Table;
  readonly #listener: number;
  readonly #ports = new Set<number>();
  #open = 0;

  private constructor(table: Table, listener: number) {
    this.#table = table;
    this.#listener = listener;
    setInterval(() => this.#renew(), LEASE.renewMs);
  }

  /** Listens, on the same port of both address families, for what the packet rules will send. */
  static async open(table: Table): Promise<Intercept> {
    const listener = await listenOnBothFamilies((socket) => intercept.#accept(socket));
    const intercept = new Intercept(table, listener);
    return intercept;
  }

  /** Takes a port over for new connections. */
  async start(port: number): Promise<void> {
    if (this.#ports.has(port)) return;
    this.#ports.add(port);
    await this.#table.run(interceptAdd(this.#table.name, port, this.#listener));
  }

  /** Leaves new connections of a port to the original. */
  async stop(port: number): Promise<void> {
    if (!this.#ports.delete(port)) return;
    // It may have expired this very moment, which is what is wanted.
    await this.#table.run(interceptRemove(this.#table.name, port)).catch(() => {});
  }

  /** See `drainOriginal`. */
  drainOriginal(port: number, options: DrainOptions): Promise<void> {
    return drainOriginal(port, options);
  }

  /** See `PortTakeover.isListenedOn`. */
  isListenedOn(port: number): Promise<boolean> {
    return isListenedOn(port);
  }

  #renew(): void {
    for (const port of this.#ports) {
      this.#renewPort(port).catch((error) =>
        console.error(`port ${port} is not renewed: ${messageOf(error)}`),
      );
    }
  }

  async #renewPort(port: number): Promise<void> {
    const { name } = this.#table;
    try {
      await this.#table.run(interceptRenew(name, port, this.#listener));
    } catch {
      // An element that has just expired fails the whole transaction.
      if (!this.#ports.has(port)) return;
      await this.#table.run(interceptAdd(name, port, this.#listener));
      this.onLapse(port);
    }
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {});
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
    });
    boundSocket(socket, socketBytes(this.#open));
    const destination = originalDestination(socket);
    // Whoever calls the listener itself, not a port that was redirected to it, has no business here.
    if (destination === undefined || destination.port === this.#listener) {
      console.error(`${socket.remoteAddress}:${socket.remotePort} called the listener itself`);
      socket.destroy();
    } else this.onConnection(socket, destination);
  }
}

async function listenOnBothFamilies(onSocket: (socket: Socket) => void): Promise<number> {
  const options = { allowHalfOpen: true, noDelay: true };
  const trouble = (error: Error) => console.error(`a connection was not taken: ${error.message}`);
  const four = createServer(options, onSocket);
  await listen(four, { port: 0, host: '0.0.0.0', backlog: BACKLOG }, trouble);
  const address = four.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const six = createServer(options, onSocket);
  await listen(six, { port, host: '::', ipv6Only: true, backlog: BACKLOG }, trouble).catch(() => {
    // A namespace without IPv6 has no IPv6 callers either.
  });
  return port;
}

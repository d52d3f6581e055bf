import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { exchange, type OpenedEndpoint } from '../exchange/index.ts';
import type { Destination } from '../netfilter/index.ts';
import { socketEndpoint } from '../tunnel/index.ts';
import type { Claim } from './claim.ts';
import type { Drainable } from './drain.ts';
import { awaitFirstWords } from './first-words.ts';
import { mayBeHttp } from './may-be-http.ts';
import type { Originals } from './originals.ts';
import type { PortTable } from './ports.ts';
import { ReadConnection } from './read-connection.ts';
import { SilentCallers } from './silent-callers.ts';
import { DRAIN } from './timings.ts';
import { type Limits, Ways } from './ways.ts';

/** How connections are carried that are not read. */
export interface Unread {
  /** From its first byte on, as on a port where nobody reads. */
  carry(socket: Socket, destination: Destination): void;
  /** On a connection that was opened for it: to the original, or to a service. */
  carryOn(socket: Socket, port: number, opened: OpenedEndpoint, to: 'original' | 'service'): void;
}

/** The connections whose requests are read, so that each goes where the claims on its port say. */
export class ReadConnections {
  readonly #open = new Map<ReadConnection, number>();
  readonly #silent = new SilentCallers();
  readonly #ports: PortTable;
  readonly #originals: Originals;
  readonly #limits: Limits;
  readonly #unread: Unread;

  constructor(ports: PortTable, originals: Originals, limits: Limits, unread: Unread) {
    this.#ports = ports;
    this.#limits = limits;
    this.#originals = originals;
    this.#unread = unread;
  }

  /** A connection has arrived that was made to `destination`. */
  take(socket: Socket, destination: Destination): void {
    const { port } = destination;
    const ways = new Ways(this.#ports, this.#limits, destination, () => this.#originals.connect(destination));
    const spoken = this.#silent.add(socket);
    awaitFirstWords(socket, () => ways.openUnread(), {
      caller: (first, opened) => {
        spoken();
        if (opened !== undefined || mayBeHttp(first)) this.#read(socket, port, ways, first);
        else {
          socket.unshift(first);
          this.#unread.carry(socket, destination);
        }
      },
      other: (opened) => {
        spoken();
        this.#unread.carryOn(socket, port, opened, ways.openedTo);
      },
      refused: () => {
        spoken();
        this.#unread.carry(socket, destination);
      },
    });
  }

  /** All of them, also those of which nothing was read yet. */
  all(): readonly Drainable[] {
    return [...this.#open.keys(), ...this.#silent.all()];
  }

  /** No connection to the service of a claim is kept; what is in flight there ends as it does. */
  leave(claim: Claim): void {
    for (const connection of this.#of(claim.port)) connection.leave(claim);
  }

  /**
   * What is in flight at the service of a claim ends, within so many milliseconds. Resolves to the callers that were cut off
   * after that; early, to none, when nobody wants it any more.
   */
  async end(claim: Claim, drainMs: number, isWanted: () => boolean): Promise<readonly string[]> {
    const startedAt = performance.now();
    this.leave(claim);
    let left = this.#busyWith(claim);
    while (left.length > 0 && performance.now() - startedAt < drainMs) {
      if (!isWanted()) return [];
      const patient = performance.now() - startedAt < DRAIN.patientMs;
      // What has no end of its own is not waited for.
      for (const connection of left) if (!patient && connection.isStreamWith(claim)) connection.cut(claim);
      await pause(DRAIN.laterMs);
      left = this.#busyWith(claim);
    }
    for (const connection of left) connection.cut(claim);
    return left.map(({ peer }) => peer);
  }

  /** Whether a request is in flight at the service of a claim. */
  isBusyWith(claim: Claim): boolean {
    return this.#busyWith(claim).length > 0;
  }

  #of(port: number): readonly ReadConnection[] {
    return [...this.#open].filter(([, to]) => to === port).map(([connection]) => connection);
  }

  #busyWith(claim: Claim): readonly ReadConnection[] {
    return this.#of(claim.port).filter((connection) => connection.isBusyWith(claim));
  }

  #read(socket: Socket, port: number, ways: Ways, first: Buffer): void {
    const read = exchange(socketEndpoint(socket), {
      first: [first],
      choose: (head) => ways.choose(head),
      unreadable: () => ways.unread(),
      over: (key) => ways.used(key),
    });
    const connection = new ReadConnection(socket, read);
    this.#open.set(connection, port);
    read.whenDone(() => {
      this.#open.delete(connection);
      ways.close();
      if (read.raw !== undefined) ways.used(read.raw.key);
    });
  }
}

import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { exchange, type OpenedEndpoint } from '../exchange/index.ts';
import type { Destination } from '../netfilter/index.ts';
import { pump, socketEndpoint } from '../tunnel/index.ts';
import type { Claim } from './claim.ts';
import { awaitFirstWords } from './first-words.ts';
import type { Originals } from './originals.ts';
import type { PortTable } from './ports.ts';
import { ReadConnection } from './read-connection.ts';
import { DRAIN } from './timings.ts';
import { Ways } from './ways.ts';

/** The connections whose requests are read, so that each goes where the claims on its port say. */
export class ReadConnections {
  readonly #open = new Map<ReadConnection, number>();
  readonly #ports: PortTable;
  readonly #originals: Originals;

  constructor(ports: PortTable, originals: Originals) {
    this.#ports = ports;
    this.#originals = originals;
  }

  /** A connection has arrived that was made to `destination`. */
  take(socket: Socket, destination: Destination): void {
    const ways = new Ways(this.#ports, destination, () => this.#originals.connect(destination));
    const unread = ways.unread();
    awaitFirstWords(socket, () => unread.open(), {
      caller: (first, opened) => this.#read(socket, destination.port, ways, first, opened),
      other: (opened) => {
        pump(socketEndpoint(socket), opened);
      },
    });
  }

  /** All of them. */
  all(): readonly ReadConnection[] {
    return [...this.#open.keys()];
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

  #of(port: number): readonly ReadConnection[] {
    return [...this.#open].filter(([, to]) => to === port).map(([connection]) => connection);
  }

  #busyWith(claim: Claim): readonly ReadConnection[] {
    return this.#of(claim.port).filter((connection) => connection.isBusyWith(claim));
  }

  #read(socket: Socket, port: number, ways: Ways, first: Buffer, opened: OpenedEndpoint | undefined): void {
    if (opened !== undefined) ways.opened(opened);
    const read = exchange(socketEndpoint(socket), {
      first: [first],
      choose: (head) => ways.choose(head),
      unreadable: () => ways.unread(),
    });
    const connection = new ReadConnection(socket, read);
    this.#open.set(connection, port);
    read.whenDone(() => this.#open.delete(connection));
  }
}

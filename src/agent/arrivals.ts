import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import { bridge } from './bridged-connection.ts';
import { drainConnections, OpenConnections } from './drain.ts';
import type { Caller } from './open-connection.ts';
import { passThrough } from './passed-connection.ts';
import { PeekedCaller } from './peeked-caller.ts';
import type { PortTable } from './ports.ts';
import { DRAIN } from './timings.ts';

/** Whoever has no end of its own stays. */
const PATIENT = { deadlineMs: Number.POSITIVE_INFINITY, endStreams: false };

/** The connections that were redirected to this agent: each goes to the service that has its port, else to the original. */
export class Arrivals {
  /** Those that go to a service. */
  readonly #bridged = new OpenConnections();
  /** Those that go to the original. */
  readonly #passed = new OpenConnections();
  readonly #ports: Pick<PortTable, 'taken'>;

  /** The table is asked for each connection anew. */
  constructor(ports: Pick<PortTable, 'taken'>) {
    this.#ports = ports;
  }

  /** A connection has arrived that was made to `destination`. */
  take(socket: Socket, destination: Destination): void {
    const probes = this.#ports.taken(destination.port)?.probes ?? [];
    if (probes.length === 0) {
      this.#carry(socket, destination);
      return;
    }
    const caller = new PeekedCaller(socket, probes, {
      // Until it spoke, much may have changed.
      bridged: () => this.#carry(caller, destination),
      // A pool must not send people's requests after the probe on this connection: it leads to the original.
      probed: (request) => passThrough(socket, destination, [request], this.#passed).announceEnd(),
    });
  }

  /**
   * Kept connections do not pass the packet rules again: they are closed when they have been answered, at a quiet moment, so
   * that their owners open new ones. Resolves when all have moved, or after a while: new ones come here already, and whoever
   * is busier than that follows when it can. `original` moves those that the original container has itself. Ends when
   * nobody wants it any more: then callers connect to the original again, and rightly so.
   */
  async moveToService(
    port: number,
    isWanted: () => boolean,
    original: (isOurs: (peerPort: number) => boolean) => Promise<void>,
  ): Promise<void> {
    const isOurs = (peerPort: number) =>
      this.#passed.of(port).some(({ originPort }) => originPort === peerPort);
    const moved = original(isOurs).catch((error) => {
      console.error(`keep-alive connections of port ${port} stay with the original: ${messageOf(error)}`);
    });
    const passed = drainConnections(this.#passed.of(port), { ...PATIENT, isWanted });
    await Promise.race([Promise.all([passed, moved]), pause(DRAIN.callLiveMs)]);
  }

  /** Kept connections to the service end when they have been answered: their owners' next ones go to the original. */
  leaveToOriginal(port: number, isWanted: () => boolean): void {
    void drainConnections(this.#bridged.of(port), { ...PATIENT, isWanted });
  }

  /**
   * All connections to the service end, those with a request in flight within so many milliseconds. Resolves to the callers
   * that were cut off after that; early, to none, when nobody wants it any more.
   */
  async endBridged(port: number, drainMs: number, isWanted?: () => boolean): Promise<readonly string[]> {
    const terms = { deadlineMs: drainMs, endStreams: true, ...(isWanted && { isWanted }) };
    const cut = await drainConnections(this.#bridged.of(port), terms);
    return cut.map(({ peer }) => peer);
  }

  /** All connections end, wherever they go. */
  async endAll(): Promise<void> {
    const all = [...this.#bridged.all(), ...this.#passed.all()];
    await drainConnections(all, { deadlineMs: DRAIN.deadlineMs, endStreams: true });
  }

  #carry(caller: Caller, destination: Destination): void {
    const { port } = destination;
    const taken = this.#ports.taken(port);
    if (taken === undefined) {
      passThrough(caller, destination, [], this.#passed);
      return;
    }
    bridge(caller, taken, port, this.#bridged, (early) => {
      // A pool must not send the requests to come on this connection either: the service may be back by then.
      passThrough(caller, destination, early, this.#passed).announceEnd();
    });
  }
}

import type { Socket } from 'node:net';
import type { Destination } from '../netfilter/index.ts';
import { bridge, type ServiceWay } from './bridged-connection.ts';
import { OpenConnections } from './drain.ts';
import type { Caller } from './open-connection.ts';
import { passThrough } from './passed-connection.ts';
import { PeekedCaller } from './peeked-caller.ts';

/** A port that a service has now. */
export interface TakenPort extends ServiceWay {
  /** User agents of probes that stay with the original; see `AgentRequest`. */
  readonly probes: readonly string[];
}

/** The connections that were redirected to this agent: each goes to the service that has its port, else to the original. */
export class Arrivals {
  /** Those that go to a service. */
  readonly bridged = new OpenConnections();
  /** Those that go to the original. */
  readonly passed = new OpenConnections();
  readonly #taken: (port: number) => TakenPort | undefined;

  /** `taken` is asked for each connection anew; undefined sends it to the original. */
  constructor(taken: (port: number) => TakenPort | undefined) {
    this.#taken = taken;
  }

  /** A connection has arrived that was made to `destination`. */
  take(socket: Socket, destination: Destination): void {
    const probes = this.#taken(destination.port)?.probes ?? [];
    if (probes.length === 0) {
      this.#carry(socket, destination);
      return;
    }
    const caller = new PeekedCaller(socket, probes, {
      // Until it spoke, much may have changed.
      bridged: () => this.#carry(caller, destination),
      // A pool must not send people's requests after the probe on this connection: it leads to the original.
      probed: (request) => passThrough(socket, destination, [request], this.passed).announceEnd(),
    });
  }

  #carry(caller: Caller, destination: Destination): void {
    const { port } = destination;
    const taken = this.#taken(port);
    if (taken === undefined) {
      passThrough(caller, destination, [], this.passed);
      return;
    }
    bridge(caller, taken, port, this.bridged, (early) => {
      // A pool must not send the requests to come on this connection either: the service may be back by then.
      passThrough(caller, destination, early, this.passed).announceEnd();
    });
  }
}

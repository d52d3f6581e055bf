import { onAbort, unlessAborted } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import { supervised } from '../common/supervised.ts';
import {
  alwaysTaken,
  BOUNDS,
  CurrentTunnel,
  carryToFirst,
  type IncomingStream,
  LOOPBACK,
  type OpenedStream,
  openTunnel,
  pump,
  StreamBudget,
  serveTunnel,
} from '../tunnel/index.ts';
import type { GatewayLink } from './gateway-link.ts';
import type { Neighbour } from './operation.ts';

/** What is needed of a gateway to reach its service, and to be reached from it. */
export type NeighbourGateway = Pick<GatewayLink, 'dial' | 'closed'>;

/**
 * Leads connections between services that no network joins: a program of this machine has no other way out or in than its
 * gateway. They go by the session, which knows all gateways, wherever these are.
 */
export class Neighbourhood {
  readonly #ways = new Map<string, WayIn>();
  readonly #budget = new StreamBudget(BOUNDS.gateway);

  /** A service is reached through this gateway, until `signal` aborts or it is gone. */
  enter(service: string, gateway: NeighbourGateway, signal: AbortSignal): void {
    void this.#wayTo(service).lead(gateway, signal);
  }

  /**
   * Takes the connections of a service to its neighbours from its gateway, again when that breaks, until `signal` aborts or
   * the gateway is gone. Never rejects.
   */
  async serve(
    service: string,
    gateway: NeighbourGateway,
    neighbours: readonly Neighbour[],
    signal: AbortSignal,
  ): Promise<void> {
    if (neighbours.length === 0) return;
    const byAddress = new Map(neighbours.map((neighbour) => [neighbour.address, neighbour]));
    await whileItStands(gateway, signal, async (stands, life) => {
      const duplex = await gateway.dial('to-neighbours', service, life);
      const options = { budget: this.#budget };
      const tunnel = serveTunnel(alwaysTaken(duplex), (incoming) => this.#lead(incoming, byAddress), options);
      onAbort(life, () => tunnel.destroy());
      stands();
      await tunnel.closed;
    });
  }

  #lead(incoming: IncomingStream, byAddress: ReadonlyMap<string, Neighbour>): void {
    const { target } = incoming;
    const neighbour = target.kind === 'tcp' ? byAddress.get(target.host) : undefined;
    if (target.kind !== 'tcp' || neighbour === undefined) {
      incoming.refuse();
    } else if (neighbour.service === undefined) {
      carryToFirst(incoming, LOOPBACK, target.port);
    } else {
      this.#leadTo(neighbour.service, target.port, incoming).catch(() => incoming.refuse());
    }
  }

  async #leadTo(service: string, port: number, incoming: IncomingStream): Promise<void> {
    const opened = await this.#wayTo(service).open(port);
    incoming.stream.once('close', opened.abort);
    await opened.accepted;
    incoming.stream.off('close', opened.abort);
    incoming.accept();
    pump(incoming, opened);
  }

  #wayTo(service: string): WayIn {
    const known = this.#ways.get(service) ?? new WayIn(service, this.#budget);
    this.#ways.set(service, known);
    return known;
  }
}

/** The way in to one service, by whatever gateway it has: nothing is opened before somebody wants to go there. */
class WayIn {
  readonly #service: string;
  readonly #budget: StreamBudget;
  readonly #current = new CurrentTunnel();
  readonly #wanted = deferred();

  constructor(service: string, budget: StreamBudget) {
    this.#service = service;
    this.#budget = budget;
  }

  /** Opens a connection to a port of the service. Errors: `Error` when its gateway does not come in some seconds. */
  open(port: number): Promise<OpenedStream> {
    this.#wanted.resolve();
    return this.#current.open({ kind: 'tcp', host: this.#service, port });
  }

  /** Leads by this gateway until `signal` aborts or it is gone. Never rejects. */
  async lead(gateway: NeighbourGateway, signal: AbortSignal): Promise<void> {
    await whileItStands(gateway, signal, async (stands, life) => {
      await unlessAborted('the way in', life, this.#wanted.promise);
      const duplex = await gateway.dial('from-neighbours', this.#service, life);
      const tunnel = openTunnel(alwaysTaken(duplex), { budget: this.#budget });
      onAbort(life, () => tunnel.destroy());
      this.#current.use(tunnel);
      stands();
      await tunnel.closed;
    });
  }
}

/** Keeps something standing until `signal` aborts or a gateway is gone. Never rejects. */
async function whileItStands(
  { closed }: NeighbourGateway,
  signal: AbortSignal,
  live: Parameters<typeof supervised>[0]['live'],
): Promise<void> {
  const standing = new AbortController();
  const end = () => standing.abort();
  void closed.then(end);
  const stay = onAbort(signal, end);
  await supervised({ live }, standing.signal);
  stay();
}

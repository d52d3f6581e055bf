import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../common/errors.ts';
import { listenOnPath } from '../common/listen.ts';
import { Newcomers } from '../common/newcomers.ts';
import type { ControlState } from '../programs/index.ts';
import {
  decodeGatewayRequest,
  type GatewayEvent,
  type GatewayRequest,
  type ResolverSettings,
} from '../protocol/index.ts';
import { BOUNDS, type IncomingStream, openTunnel, StreamBudget, serveTunnel } from '../tunnel/index.ts';
import { acceptHello, ControlServer } from '../wire/index.ts';
import { type InboundPorts, serveInbound } from './inbound.ts';
import { ListeningWatch } from './listening.ts';
import type { Names } from './names.ts';
import type { Outbound } from './outbound.ts';

/** What the gateway serves its session with. */
export interface SessionServerOptions {
  /** What it and its session must both know. */
  readonly secret: string;
  readonly outbound: Outbound;
  readonly names: Names;
  /** TCP ports on which the service listens now. */
  readonly listeningPorts: () => Promise<ReadonlySet<number>>;
  /** How many connections to a TCP port of the service there are now. Errors: `Error` where that is not known. */
  readonly connectionsTo: (port: number) => number;
  /** Connects a stream of another service of the file. */
  readonly serveNeighbour: (incoming: IncomingStream) => void;
  /** Gives the service a search list and options. */
  readonly writeResolvConf: (resolver: ResolverSettings) => Promise<void>;
  /** Is told how it is with the control duplex, at each change. */
  readonly markControl: (state: ControlState) => void;
}

/** Serves the one session this gateway belongs to. A new control duplex replaces an older one. */
export class SessionServer {
  readonly #options: SessionServerOptions;
  readonly #newcomers = new Newcomers();
  readonly #budget = new StreamBudget(BOUNDS.gateway);
  readonly #inboundPorts: InboundPorts = {
    isBridged: (port) => this.#current?.watch.isWatched(port) === true,
    refused: (port) => this.#current?.watch.refused(port),
    listens: async (port) => (await this.#options.listeningPorts()).has(port),
  };
  #current: Controlled | undefined;

  constructor(options: SessionServerOptions) {
    this.#options = options;
  }

  /** Serves a fresh duplex until it ends, if its caller may be served. */
  async accept(duplex: Duplex): Promise<void> {
    const hello = await this.#newcomers.admit(duplex, () =>
      acceptHello(duplex, { ...this.#options, port: undefined, resolver: undefined }),
    );
    switch (hello?.role) {
      case undefined:
        return;
      case 'look':
        // Nobody holds anything here.
        duplex.destroy();
        return;
      case 'control':
        return this.#serveControl(duplex);
      case 'inbound':
        serveTunnel(duplex, (incoming) => serveInbound(incoming, this.#inboundPorts), {
          budget: this.#budget,
        });
        return;
      case 'outbound':
        this.#options.outbound.use(openTunnel(duplex, { budget: this.#budget }));
        return;
      case 'to-neighbours':
        this.#options.outbound.useForNeighbours(openTunnel(duplex, { budget: this.#budget }));
        return;
      case 'from-neighbours':
        serveTunnel(duplex, this.#options.serveNeighbour, { budget: this.#budget });
    }
  }

  /** Tells the session, if it is there, of something that went wrong in this program, in one line. */
  tellFault(message: string): void {
    this.#current?.control.send({ type: 'fault', message });
  }

  async #serveControl(duplex: Duplex): Promise<void> {
    this.#current?.control.close();
    const control = new ControlServer<GatewayRequest, GatewayEvent>(duplex);
    const tell = (port: number, listening: boolean) => control.send({ type: 'listening', port, listening });
    const watch = new ListeningWatch(this.#options.listeningPorts, tell);
    this.#current = { control, watch };
    let isClosed = false;
    // Not when this end gives it up for its silence: whoever is silent may live.
    for (const end of ['end', 'error']) duplex.once(end, () => (isClosed = true));
    this.#options.markControl('stands');
    await control.serve(decodeGatewayRequest, (request) => this.#handle(request, control, watch));
    watch.close();
    if (this.#current?.control === control) this.#options.markControl(isClosed ? 'closed' : 'silent');
  }

  async #handle(
    request: GatewayRequest,
    control: ControlServer<GatewayRequest, GatewayEvent>,
    watch: ListeningWatch,
  ): Promise<void> {
    const { names, outbound, writeResolvConf, connectionsTo } = this.#options;
    const { id } = request;
    try {
      switch (request.type) {
        case 'configure':
          names.setOwnNames({ own: request.names, bridged: request.bridged }, request.resolver.search[0]);
          await writeResolvConf(request.resolver);
          break;
        case 'neighbours':
          names.setAddresses(request.addresses);
          outbound.setNeighbours(request.addresses.map(({ address }) => address));
          break;
        case 'watch':
          await watch.watch(request.ports);
          break;
        case 'connected':
          return control.send({ type: 'connected', id, count: connectionsTo(request.port) });
      }
      control.send({ type: 'done', id });
    } catch (error) {
      control.send({ type: 'refused', id, reason: messageOf(error) });
    }
  }
}

/** The session's requests, and what it is told of the service. */
interface Controlled {
  readonly control: ControlServer<GatewayRequest, GatewayEvent>;
  readonly watch: ListeningWatch;
}

/** Listens for the session on a Unix socket. */
export async function listenForSession(session: SessionServer, socketPath: string): Promise<void> {
  const server = createServer((socket) => {
    session.accept(socket).catch((error) => console.error(`caller lost: ${messageOf(error)}`));
  });
  const trouble = (error: Error) => console.error(`a session was not taken: ${error.message}`);
  await listenOnPath(server, socketPath, trouble);
}

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where something listens: a Unix socket, or a TCP port of 127.0.0.1. */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number };

/** Another address of an engine, which can go away while the engine stays. */
export class Forwarder {
  readonly #engine: Endpoint;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #endpoint: Endpoint;

  private constructor(engine: Endpoint, endpoint: Endpoint) {
    this.#engine = engine;
    this.#endpoint = endpoint;
    this.#server = createServer({ allowHalfOpen: true }, (caller) => this.#join(caller));
  }

  /** Listens at `endpoint`; port 0 = a free one. */
  static async open(engine: Endpoint, endpoint: Endpoint): Promise<Forwarder> {
    const forwarder = new Forwarder(engine, endpoint);
    await forwarder.comeBack();
    return forwarder;
  }

  /** As `DOCKER_HOST` takes it. */
  get address(): string {
    const endpoint = this.#endpoint;
    return 'path' in endpoint ? `unix://${endpoint.path}` : `tcp://${endpoint.host}:${endpoint.port}`;
  }

  /** Breaks all connections and takes no more. */
  async goAway(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  /** Ends what `goAway` began. */
  async comeBack(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#endpoint);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) {
      this.#endpoint = { host: address.address, port: address.port };
    }
  }

  #join(caller: Socket): void {
    const engine = connect({ ...this.#engine, allowHalfOpen: true });
    for (const [one, other] of [
      [caller, engine],
      [engine, caller],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        // A caller that is gone must not hold the engine's end open.
        if (!one.readableEnded) other.destroy();
      });
    }
  }
}

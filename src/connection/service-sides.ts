import type { ServiceSide } from '../model/service-side.ts';

/** Hears of a service's side of one port, at once and after every change. */
export type SideListener = (side: ServiceSide) => void;

/** What is known of the services' sides of their bridges, and who hears of it. */
export class ServiceSides {
  readonly #listening = new Map<string, ReadonlyMap<number, boolean>>();
  /** Ports of debuggers that programs wait for, by services whose gateway is connected. */
  readonly #connected = new Map<string, number | undefined>();
  readonly #unhealthy = new Set<string>();
  readonly #listeners = new Map<string, Map<SideListener, number>>();

  /** Follows a service's side of a port; told at once what is known. Returns what ends it. */
  follow(service: string, port: number, listener: SideListener): () => void {
    const listeners = this.#listeners.get(service) ?? new Map<SideListener, number>();
    this.#listeners.set(service, listeners.set(listener, port));
    listener(this.#sideOf(service, port));
    return () => {
      listeners.delete(listener);
    };
  }

  /** The gateway of a service is connected. `awaitedDebugger`: port of the debugger that the program waits for. */
  gatewayUp(service: string, awaitedDebugger: number | undefined): void {
    this.#connected.set(service, awaitedDebugger);
    this.#tell(service);
  }

  /** It is not any more, and with it is gone what it knew. */
  gatewayDown(service: string): void {
    this.#connected.delete(service);
    this.#listening.delete(service);
    this.#tell(service);
  }

  /** Something began or ceased to listen on a port of a service. */
  listeningChanged(service: string, port: number, listening: boolean): void {
    const before = this.#listening.get(service) ?? new Map();
    this.#listening.set(service, new Map([...before, [port, listening]]));
    this.#tell(service);
  }

  /** The health test of a service came to another verdict; one without a test is healthy. */
  healthChanged(service: string, healthy: boolean): void {
    if (healthy) this.#unhealthy.delete(service);
    else this.#unhealthy.add(service);
    this.#tell(service);
  }

  #tell(service: string): void {
    for (const [listener, port] of this.#listeners.get(service) ?? []) listener(this.#sideOf(service, port));
  }

  #sideOf(service: string, port: number): ServiceSide {
    const listens = (asked: number) => this.#listening.get(service)?.get(asked) === true;
    const awaited = this.#connected.get(service);
    return {
      hasGateway: this.#connected.has(service),
      listens: listens(port),
      awaitedDebugger: awaited !== undefined && listens(awaited) ? awaited : undefined,
      isHealthy: !this.#unhealthy.has(service),
    };
  }
}

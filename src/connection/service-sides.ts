import type { GatewayState, ServiceSide } from '../model/service-side.ts';

/** Hears of a service's side of one port, at once and after every change. */
export type SideListener = (side: ServiceSide) => void;

/** What is known of the services' sides of their bridges, and who hears of it. */
export class ServiceSides {
  readonly #listening = new Map<string, ReadonlyMap<number, boolean>>();
  /** Ports of debuggers that programs wait for, by services whose gateway is connected. */
  readonly #connected = new Map<string, number | undefined>();
  /** How gateways are that are not simply connected, or being connected. */
  readonly #troubled = new Map<string, Exclude<GatewayState, 'answers' | 'connecting'>>();
  readonly #unhealthy = new Set<string>();
  /** How programs have ended that do not run. */
  readonly #ended = new Map<string, string>();
  readonly #stopped = new Set<string>();
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

  /** Why the gateway of a service carries nothing, whether it is connected or not; undefined when there is no reason known. */
  gatewayTroubled(
    service: string,
    trouble: Exclude<GatewayState, 'answers' | 'connecting'> | undefined,
  ): void {
    if (trouble === undefined) this.#troubled.delete(service);
    else this.#troubled.set(service, trouble);
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

  /** The program of a service has ended, in such words; undefined when it runs. */
  programChanged(service: string, ended: string | undefined): void {
    if (ended === undefined) this.#ended.delete(service);
    else this.#ended.set(service, ended);
    this.#tell(service);
  }

  /** Somebody has stopped a service, or wants it to run again. */
  stoppedChanged(service: string, isStopped: boolean): void {
    if (isStopped) this.#stopped.add(service);
    else this.#stopped.delete(service);
    this.#tell(service);
  }

  #tell(service: string): void {
    for (const [listener, port] of this.#listeners.get(service) ?? []) listener(this.#sideOf(service, port));
  }

  #sideOf(service: string, port: number): ServiceSide {
    const listens = (asked: number) => this.#listening.get(service)?.get(asked) === true;
    const awaited = this.#connected.get(service);
    return {
      gateway: this.#troubled.get(service) ?? (this.#connected.has(service) ? 'answers' : 'connecting'),
      listens: listens(port),
      awaitedDebugger: awaited !== undefined && listens(awaited) ? awaited : undefined,
      isHealthy: !this.#unhealthy.has(service),
      ended: this.#ended.get(service),
      isStopped: this.#stopped.has(service),
    };
  }
}

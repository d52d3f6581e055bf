/**
 * How the gateway of a service is. `connecting`: it is joined with the session again, or for the first time. `silent`:
 * it was not heard for so long that it carries nothing. `paused`, `ended`: its container is, which is why.
 */
export type GatewayState = 'answers' | 'connecting' | 'silent' | 'paused' | 'ended';

/** What is known of a service's own side of its bridges: whether requests that come for a port would be answered. */
export interface ServiceSide {
  /** Unless its gateway answers, `listens` and `awaitedDebugger` are not known. */
  readonly gateway: GatewayState;
  /** Something listens on the port, at 127.0.0.1 or ::1 of the service. */
  readonly listens: boolean;
  /** Port of a debugger that listens, without which the program does not begin; undefined = it waits for none. */
  readonly awaitedDebugger: number | undefined;
  /** What its health test says; true where there is none. */
  readonly isHealthy: boolean;
  /** How its program has ended, e.g. `exit code 1`; undefined while it runs, as far as is known. */
  readonly ended: string | undefined;
  /** Somebody has stopped it, until they start it again: it takes no requests, whatever else is known. */
  readonly isStopped: boolean;
}

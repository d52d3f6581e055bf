/** What is known of a service's own side of its bridges: whether requests that come for a port would be answered. */
export interface ServiceSide {
  /** Its gateway is connected with this session. If not, nothing else here is known. */
  readonly hasGateway: boolean;
  /** Something listens on the port, at 127.0.0.1 or ::1 of the service. */
  readonly listens: boolean;
  /** Port of a debugger that listens, without which the program does not begin; undefined = it waits for none. */
  readonly awaitedDebugger: number | undefined;
  /** What its health test says; true where there is none. */
  readonly isHealthy: boolean;
}

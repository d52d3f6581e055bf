import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';
import { OpenBridge } from './live-bridge.ts';
import type { BridgeRoutes } from './ports.ts';

/** The bridges a session has open. */
export class LiveBridges {
  readonly #report: Reporter;
  readonly #open = new Map<string, OpenBridge>();

  constructor(report: Reporter) {
    this.#report = report;
  }

  /** What is open now, for planning. */
  list(): readonly BridgedPort[] {
    return [...this.#open.values()].map(({ bridge }) => bridge);
  }

  /** Errors: those of `OpenBridge.open`; then the bridge is not open. */
  async open(bridge: BridgedPort, routes: BridgeRoutes, signal: AbortSignal): Promise<void> {
    const opened = new OpenBridge(bridge, this.#report);
    try {
      await opened.open(routes, signal);
    } catch (error) {
      await opened.close();
      throw error;
    }
    this.#open.set(bridgeResource(bridge), opened);
  }

  /** Nothing happens when it is not open. */
  async close(bridge: BridgedPort): Promise<void> {
    const resource = bridgeResource(bridge);
    const opened = this.#open.get(resource);
    this.#open.delete(resource);
    await opened?.close();
  }
}

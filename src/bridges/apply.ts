import { DevenvError } from '../common/errors.ts';
import type { LiveBridges } from './live-bridges.ts';
import type { BridgeOperation } from './operation.ts';
import type { BridgeRoutes } from './ports.ts';

/** What the operations work with. */
export interface BridgeContext {
  readonly bridges: LiveBridges;
  readonly routes: BridgeRoutes;
  /** How long requests in flight may take when a bridge closes, milliseconds. */
  readonly drainMs: number;
}

/** Does one operation. Errors: `target-conflict`, `agent-failed`, `cancelled`. */
export async function applyBridge(
  operation: BridgeOperation,
  { bridges, routes, drainMs }: BridgeContext,
  signal: AbortSignal,
): Promise<void> {
  switch (operation.kind) {
    case 'open-bridge':
      return bridges.open(operation.bridge, routes, signal);
    case 'replace-bridge':
      await bridges.close(operation.replaces, drainMs);
      return bridges.open(operation.bridge, routes, signal);
    case 'lack-port':
      throw new DevenvError(operation.error);
    case 'close-bridge':
      return bridges.close(operation.bridge, drainMs);
  }
}

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
  /** Whoever has a port that is to be bridged is asked to let go of it. Default: that is refused. */
  readonly takesOver?: boolean;
}

/** Does one operation. Errors: `target-conflict`, `agent-failed`, `cancelled`. */
export async function applyBridge(
  operation: BridgeOperation,
  { bridges, routes, drainMs, takesOver }: BridgeContext,
  signal: AbortSignal,
): Promise<void> {
  switch (operation.kind) {
    case 'open-bridge':
      return bridges.open(operation.bridge, routes, signal, takesOver);
    case 'replace-bridge':
      await bridges.closeFor(operation.bridge, operation.replaces, drainMs);
      return bridges.open(operation.bridge, routes, signal, takesOver);
    case 'lack-port':
      throw new DevenvError(operation.error);
    case 'close-bridge':
      return bridges.close(operation.bridge, drainMs);
  }
}

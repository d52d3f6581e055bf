import type { ForwardRoutes, LiveForwards } from './live-forwards.ts';
import type { ForwardOperation } from './operation.ts';

/** What the operations work with. */
export interface ForwardContext {
  readonly forwards: LiveForwards;
  readonly routes: ForwardRoutes;
}

/** Does one operation. Errors: those of `LiveForwards.open`. */
export async function applyForward(
  operation: ForwardOperation,
  { forwards, routes }: ForwardContext,
  signal: AbortSignal,
): Promise<void> {
  switch (operation.kind) {
    case 'open-forward':
      return forwards.open(operation.forward, routes, signal);
    case 'replace-forward':
      await forwards.close(operation.replaces);
      return forwards.open(operation.forward, routes, signal);
    case 'close-forward':
      return forwards.close(operation.forward);
  }
}

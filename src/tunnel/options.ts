import { BOUNDS, StreamBudget } from './budget.ts';
import type { TunnelWatch } from './keep-alive.ts';

/** How an end of a tunnel is kept. */
export interface TunnelOptions extends TunnelWatch {
  /** What it shares with the other tunnels of the program. Default: one of its own, as on a machine with room. */
  readonly budget?: StreamBudget;
}

/** The budget of a tunnel. */
export function budgetOf({ budget }: TunnelOptions): StreamBudget {
  return budget ?? new StreamBudget(BOUNDS.gateway);
}

import type { BridgedPort } from '../model/observed.ts';

/** What can be done to bridges. */
export type BridgeOperation =
  /** Claim the port with every agent of the target and send its traffic to the service while that listens. */
  | { readonly kind: 'open-bridge'; readonly bridge: BridgedPort }
  /** Close a bridge of the same service and port, whose target or local port was another, and open this one. */
  | { readonly kind: 'replace-bridge'; readonly bridge: BridgedPort; readonly replaces: BridgedPort }
  /** Give the port back after what is in flight has ended. */
  | { readonly kind: 'close-bridge'; readonly bridge: BridgedPort };

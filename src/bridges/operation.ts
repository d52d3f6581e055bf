import type { ErrorFacts } from '../common/errors.ts';
import type { BridgedPort } from '../model/observed.ts';

/** What can be done to bridges. */
export type BridgeOperation =
  /** Claim the port with every agent of the target and send its traffic to the service while that listens. */
  | { readonly kind: 'open-bridge'; readonly bridge: BridgedPort }
  /** Close a bridge of the same service and port, whose target or local port was another, and open this one. */
  | { readonly kind: 'replace-bridge'; readonly bridge: BridgedPort; readonly replaces: BridgedPort }
  /** Say why the number of a port cannot be had that a bridge names. */
  | {
      readonly kind: 'lack-port';
      readonly service: string;
      readonly target: string;
      readonly error: ErrorFacts;
    }
  /** Give the port back after what is in flight has ended. */
  | { readonly kind: 'close-bridge'; readonly bridge: BridgedPort };

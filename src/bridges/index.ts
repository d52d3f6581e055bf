/**
 * Claims on a workload's ports: which there are, which should be, and the live object that keeps one.
 * Declares what it needs of a connection (`ports.ts`); does not know how agents are placed or reached.
 */
export { applyBridge, type BridgeContext } from './apply.ts';
export { type BridgeUse, IDLE_MS, inUse } from './in-use.ts';
export { LiveBridges } from './live-bridges.ts';
export type { BridgeOperation } from './operation.ts';
export { planBridges } from './plan.ts';
export { type AskHolders, preflightBridges, type WantedPort } from './preflight.ts';
export {
  type Decision,
  FOR_NOBODY,
  type GivenUp,
  type HoldingTerms,
  ownerName,
  untilDecided,
  type Wanted,
} from './take-over.ts';

/**
 * Ports of this machine that lead to what a workload's network reaches: which there are, which should be, and the live
 * object that listens. Declares what it needs of a connection; does not know how agents are placed or reached.
 */
export { applyForward, type ForwardContext } from './apply.ts';
export { LiveForwards, type OpenForward } from './live-forwards.ts';
export type { ForwardOperation } from './operation.ts';
export { planForwards } from './plan.ts';
export { preflightForwards } from './preflight.ts';

/**
 * One pass: observe, plan, apply. Joins the features' lists and the dependencies between them, and knows nothing else
 * about them. Plans without a client; applies without deciding.
 */
export { type ApplyOptions, applyPlan } from './apply.ts';
export { type ObserveOptions, observe } from './observe.ts';
export type { Operation } from './operation.ts';
export { type Desired, NOTHING_DESIRED, planPass } from './plan.ts';
export { type RunContext, runOperation } from './run-operation.ts';

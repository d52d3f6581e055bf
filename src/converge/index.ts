/**
 * One pass: observe, plan, apply. Joins the features' lists and the dependencies between them, and knows nothing else
 * about them. Plans without a client; applies without deciding.
 */
export { applyPlan, type Shortfall, type StepFailure } from './apply.ts';
export { desiredBy, observeFor } from './look.ts';
export { observe } from './observe.ts';
export type { Operation } from './operation.ts';
export { type Desired, NOTHING_DESIRED, planPass } from './plan.ts';
export { lookAhead, needsOf, needsText, refuseProblems } from './preflight.ts';
export { runOperation } from './run-operation.ts';
export { variablesOf } from './service-variables.ts';

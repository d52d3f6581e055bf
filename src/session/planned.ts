import type { Operation } from '../converge/index.ts';
import type { PlannedStep } from '../model/event.ts';
import type { Step } from '../model/plan.ts';

/** A step as it is told. */
export function planned({ resource, verb, cause, destructive }: Step<Operation>): PlannedStep {
  return { resource, verb, cause, destructive };
}

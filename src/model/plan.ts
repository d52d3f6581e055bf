/** What a step does to its resource. */
export type Verb = 'create' | 'replace' | 'remove' | 'open' | 'close' | 'await' | 'start' | 'stop';

/** One thing to do, with its reason. `Operation` is a feature's own tagged union. */
export interface Step<Operation> {
  /** What it acts on, e.g. `bridge/app:8155`; unique within a plan. */
  readonly resource: string;
  readonly verb: Verb;
  /** Why, in words, e.g. `not found` or `image changed`. */
  readonly cause: string;
  /** True when something of the user's is interrupted: a running container, a bridge in use. */
  readonly destructive: boolean;
  /** Resources whose steps must be over before this one starts; those not in the plan do not matter. */
  readonly after: readonly string[];
  /** Those of `after` without which it cannot be done; the others must only be over. Absent = all of them. */
  readonly requires?: readonly string[];
  readonly operation: Operation;
  /** What takes it back when a later step of the same pass fails; absent when there is nothing to take back. */
  readonly undo?: Operation;
}

/** What would be done, as a value: sorted, printable, never executed by whoever made it. */
export interface Plan<Operation> {
  readonly steps: readonly Step<Operation>[];
}

/** One line per step: `create  container/app  (not found)`, with what it waits for when there is something. */
export function planText(plan: Plan<unknown>): string {
  const known = new Set(plan.steps.map((step) => step.resource));
  const lines = plan.steps.map((step) => {
    const after = step.after.filter((resource) => known.has(resource));
    const waits = after.length === 0 ? '' : ` after ${after.join(', ')}`;
    return `${step.verb} ${step.resource} (${step.cause})${waits}`;
  });
  return lines.join('\n');
}

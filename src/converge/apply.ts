import { cancelled, errorFacts } from '../common/errors.ts';
import type { Reporter } from '../model/event.ts';
import type { Plan, Step } from '../model/plan.ts';

/** What carrying a plan out needs. */
export interface ApplyOptions<Operation> {
  /** Does one operation. */
  readonly run: (operation: Operation, signal: AbortSignal) => Promise<void>;
  readonly report: Reporter;
  /** Aborts the operations that run and starts no more. */
  readonly signal: AbortSignal;
  /**
   * `undo`: a failure takes back what this plan made, then is thrown. `keep`: what does not require the step that failed
   * is still done, and all of it stays. `go-on`: everything else is still done, then the first failure is thrown.
   */
  readonly onFailure: 'undo' | 'keep' | 'go-on';
}

/** What did not become of a plan. */
export interface Shortfall {
  /** Steps that failed, in their order in time. */
  readonly failures: readonly StepFailure[];
  /** Resources whose steps were not begun, because they require what failed. */
  readonly blocked: readonly string[];
}

/** A step that failed. */
export interface StepFailure {
  readonly resource: string;
  readonly error: unknown;
}

/**
 * Carries a plan out: each step as soon as those it comes after are done, at once where nothing forbids it.
 * Decides nothing. Resolves, with `keep`, to what did not become of it. Errors: otherwise the first failure; `cancelled`
 * from the abort on; with `undo`, after everything made has been taken back.
 */
export async function applyPlan<Operation>(
  plan: Plan<Operation>,
  options: ApplyOptions<Operation>,
): Promise<Shortfall> {
  const { signal, onFailure } = options;
  const done: Step<Operation>[] = [];
  const failures: StepFailure[] = [];
  const blocked: string[] = [];
  const results = new Map<string, Promise<boolean>>();
  const mayStart = async ({ after, requires = after }: Step<Operation>): Promise<boolean> => {
    await Promise.all(after.map((resource) => results.get(resource)));
    if (signal.aborted) return false;
    if (onFailure === 'undo') return failures.length === 0;
    if (onFailure === 'go-on') return true;
    const required = await Promise.all(requires.map((resource) => results.get(resource)));
    return required.every((succeeded) => succeeded !== false);
  };

  const carryOut = async (step: Step<Operation>): Promise<boolean> => {
    if (!(await mayStart(step))) {
      blocked.push(step.resource);
      return false;
    }
    try {
      await carry(step, options);
      done.push(step);
      return true;
    } catch (error) {
      // What is cut short fails in many ways, such as a program that was to answer and is going; nobody asked for it.
      failures.push({ resource: step.resource, error: signal.aborted ? cancelled('the pass') : error });
      return false;
    }
  };
  // The plan is in order of dependency: what a step waits for has begun before it.
  for (const step of plan.steps) results.set(step.resource, carryOut(step));
  await Promise.all(results.values());

  const [first] = failures;
  if (first === undefined && !signal.aborted) return { failures, blocked };
  if (onFailure === 'keep' && !signal.aborted) return { failures, blocked };
  if (onFailure === 'undo') await takeBack(done, options);
  throw first === undefined || (onFailure === 'keep' && signal.aborted) ? cancelled('the pass') : first.error;
}

async function carry<Operation>(
  { resource, verb, operation }: Step<Operation>,
  { run, report, signal }: ApplyOptions<Operation>,
): Promise<void> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  report({ type: 'step', resource, verb, state: 'started' });
  try {
    await run(operation, signal);
    report({ type: 'step', resource, verb, state: 'done', ms: took() });
  } catch (error) {
    const facts = errorFacts(signal.aborted ? cancelled('the pass') : error);
    report({ type: 'step', resource, verb, state: 'failed', ms: took(), error: facts });
    throw error;
  }
}

/** In reverse order, one by one, not hindered by the abort that may have been the failure. */
async function takeBack<Operation>(
  done: readonly Step<Operation>[],
  { run, report }: ApplyOptions<Operation>,
): Promise<void> {
  for (const { resource, verb, undo } of [...done].reverse()) {
    if (undo === undefined) continue;
    try {
      await run(undo, new AbortController().signal);
      report({ type: 'step', resource, verb, state: 'undone' });
    } catch (error) {
      report({ type: 'error', error: errorFacts(error) });
    }
  }
}

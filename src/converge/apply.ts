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
  /** `undo`: a failure takes back what this plan made, then is thrown. `go-on`: everything else is still done. */
  readonly onFailure: 'undo' | 'go-on';
}

/**
 * Carries a plan out: each step as soon as those it comes after are done, at once where nothing forbids it.
 * Decides nothing. Errors: the first failure, which is `cancelled` from the abort on; with `undo`, after everything
 * made has been taken back.
 */
export async function applyPlan<Operation>(
  plan: Plan<Operation>,
  options: ApplyOptions<Operation>,
): Promise<void> {
  const done: Step<Operation>[] = [];
  const failures: unknown[] = [];
  const results = new Map<string, Promise<boolean>>();
  const mayStart = () => !options.signal.aborted && (failures.length === 0 || options.onFailure === 'go-on');

  const carryOut = async (step: Step<Operation>): Promise<boolean> => {
    await Promise.all(step.after.map((resource) => results.get(resource)));
    if (!mayStart()) return false;
    try {
      await carry(step, options);
      done.push(step);
      return true;
    } catch (error) {
      // What is cut short fails in many ways, such as a program that was to answer and is going; nobody asked for it.
      failures.push(options.signal.aborted ? cancelled('the pass') : error);
      return false;
    }
  };
  // The plan is in order of dependency: what a step waits for has begun before it.
  for (const step of plan.steps) results.set(step.resource, carryOut(step));
  await Promise.all(results.values());

  if (failures.length === 0 && options.signal.aborted) failures.push(cancelled('the pass'));
  if (failures.length === 0) return;
  if (options.onFailure === 'undo') await takeBack(done, options);
  throw failures[0];
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

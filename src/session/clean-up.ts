import { randomUUID } from 'node:crypto';
import { retireIdleAgents } from '../connection/index.ts';
import { applyPlan, NOTHING_DESIRED, observe, planPass, runOperation } from '../converge/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { NOTHING_LIVE } from '../model/observed.ts';
import type { Platform } from '../platform/index.ts';
import { removeOneOffs } from './one-offs.ts';
import { planned } from './planned.ts';
import { workingsOf } from './workings.ts';

/** What cleaning up works with. */
export interface CleanUpOptions {
  readonly engine: Engine;
  /** The platform, or what opens it; agents are looked for only when there is something to clean up. */
  readonly platform: Platform;
  readonly project: string;
  /** Id of the session whose things are removed, and of no other one. */
  readonly session: string;
  /** `user@host`, for agents that are asked to end. */
  readonly user: string;
  readonly report: Reporter;
}

/**
 * Removes everything that a session which is gone has left, found by labels alone, and asks agents to end that serve
 * nobody. Resolves to what was removed. Errors: the first failure, after everything else has been removed.
 */
export async function cleanUp(options: CleanUpOptions): Promise<readonly string[]> {
  const { engine, platform, project, session, user, report } = options;
  const identity: SessionIdentity = { id: session, project, user, since: Date.now() };
  await removeOneOffs(engine, project, session);
  const observed = await observe({ engine, project, session, images: [], live: NOTHING_LIVE });
  const plan = planPass(NOTHING_DESIRED, observed);
  report({ type: 'plan', steps: plan.steps.map(planned) });
  // What is removed needs not be said to come from a file.
  const context = { ...workingsOf({ engine, platform, identity, report }), file: '', drainMs: 0 };
  await Promise.all([
    applyPlan(plan, {
      run: (operation, signal) => runOperation(operation, context, signal),
      report,
      signal: new AbortController().signal,
      onFailure: 'go-on',
    }),
    // Agents must not take whoever cleans up for the session.
    retireIdleAgents(platform, { ...identity, id: randomUUID() }),
  ]);
  return plan.steps.map(({ resource }) => resource);
}

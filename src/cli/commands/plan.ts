import { errorFacts } from '../../common/errors.ts';
import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { desiredBy, lookAhead, observeFor, planPass, refuseProblems } from '../../converge/index.ts';
import type { PlannedStep } from '../../model/event.ts';
import type { SessionIdentity } from '../../model/identity.ts';
import { NOTHING_LIVE } from '../../model/observed.ts';
import { askSession, controlSocketPath, sentWorkspace } from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { ownProgram } from '../own-program.ts';
import { renderError } from '../render/error.ts';
import { renderPlan } from '../render/plan.ts';
import { imageFor, newIdentity, openEngine, openPlatform, runtimeDirectory } from '../wiring.ts';

/**
 * `devenv plan`: what `up` would do, with causes, on stdout, and on stderr what it would be refused for. A running session
 * is asked; nothing is changed.
 */
export async function plan(context: CliContext, flags: GlobalFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const engine = await openEngine(context);
  const platform = await openPlatform(context, workspace.connection, engine);
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  const { reference: agentImage } = await imageFor(context, workspace);
  const planning = planned();
  // Whatever looking ahead finds is told first where there can be no plan because of it.
  planning.catch(() => {});
  const identity = (await runningSession(socketPath)) ?? newIdentity(workspace.name);
  const findings = await lookAhead(workspace, { engine, platform, identity, agentImage });
  const tell = (kind: string, message: string) => context.err(`${kind}: ${safeLine(maskText(message))}\n`);
  const steps = await planning.catch((error) => {
    refuseProblems(findings, (message) => tell('warning', message));
    throw error;
  });
  context.out(renderPlan((await platform.describe()).title, steps, usesColor(context, flags)));
  for (const message of findings.later) tell('note', message);
  try {
    refuseProblems(findings, (message) => tell('warning', message));
    return 0;
  } catch (error) {
    const facts = errorFacts(error);
    context.err(renderError(facts, usesColor(context, flags)));
    // As `up` ends that is refused for it.
    return exitCodeOf(facts.code);
  }

  /** A running session knows what is live; without one, nothing is. */
  async function planned(): Promise<readonly PlannedStep[]> {
    if (workspace === undefined) return [];
    const question = {
      method: 'plan',
      by: ownProgram(context),
      workspace: sentWorkspace(workspace),
    } as const;
    const answer = await askSession(socketPath, question, () => {});
    if (answer !== undefined && 'steps' in answer) return answer.steps;
    const observed = await observeFor(workspace, { engine, platform, agentImage, live: NOTHING_LIVE });
    return planPass(desiredBy(workspace, agentImage), observed).steps;
  }
}

/** Who the session is that runs, for what it holds stands in nobody's way; undefined when none does. */
async function runningSession(socketPath: string): Promise<SessionIdentity | undefined> {
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  return answer !== undefined && 'status' in answer ? answer.status.identity : undefined;
}

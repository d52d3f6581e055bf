import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { desiredBy, lookAhead, observeFor, planPass, refuseProblems } from '../../converge/index.ts';
import type { PlannedStep } from '../../model/event.ts';
import { NOTHING_LIVE } from '../../model/observed.ts';
import {
  askSession,
  controlSocketPath,
  namesServices,
  type SessionStatus,
  sentWorkspace,
} from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { ownProgram } from '../own-program.ts';
import { partlyLive } from '../render/partly-live.ts';
import { renderPlan } from '../render/plan.ts';
import { imageFor, newIdentity, openEngine, openMachine, openPlatform, runtimeDirectory } from '../wiring.ts';

/**
 * `devenv plan`: what `up` would do, with causes, on stdout, and on stderr what it would be refused for. A running session
 * is asked; nothing is changed. Errors: what `up` would be refused for, once the plan is shown.
 */
export async function plan(context: CliContext, flags: GlobalFlags, strict = false): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const engine = await openEngine(context, workspace);
  const platform = await openPlatform(context, workspace.connection, engine);
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  const { reference: agentImage } = await imageFor(context, workspace);
  const planning = planned();
  // Whatever looking ahead finds is told first where there can be no plan because of it.
  planning.catch(() => {});
  const status = await runningSession(socketPath);
  const identity = status?.identity ?? newIdentity(workspace.name);
  const findings = await lookAhead(workspace, {
    engine,
    machine: openMachine(context),
    platform,
    identity,
    agentImage,
  });
  const tell = (kind: string, message: string) => context.err(`${kind}: ${safeLine(maskText(message))}\n`);
  const steps = await planning.catch((error) => {
    refuseProblems(findings, (message) => tell('warning', message), strict);
    throw error;
  });
  const { isTTY, columns } = process.stdout;
  const look = { color: usesColor(context, flags), columns: isTTY ? columns : undefined };
  context.out(renderPlan((await platform.describe()).title, steps, look));
  for (const message of [...partlyLive(status?.bridges ?? []), ...findings.later]) tell('note', message);
  // It ends as `up` does that is refused for it.
  refuseProblems(findings, (message) => tell('warning', message), strict);
  return 0;

  /** A running session knows what is live; without one, nothing is. */
  async function planned(): Promise<readonly PlannedStep[]> {
    if (workspace === undefined) return [];
    const question = {
      method: 'plan',
      by: ownProgram(context),
      workspace: sentWorkspace(workspace),
      adds: namesServices(flags),
    } as const;
    const answer = await askSession(socketPath, question, () => {});
    if (answer !== undefined && 'steps' in answer) return answer.steps;
    const observed = await observeFor(workspace, { engine, platform, agentImage, live: NOTHING_LIVE });
    return planPass(desiredBy(workspace, agentImage), observed).steps;
  }
}

/** The session that runs, for what it holds stands in nobody's way; undefined when none does. */
async function runningSession(socketPath: string): Promise<SessionStatus | undefined> {
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  return answer !== undefined && 'status' in answer ? answer.status : undefined;
}

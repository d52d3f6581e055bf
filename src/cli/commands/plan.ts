import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { checkNeeds, desiredBy, needsOf, observeFor, planPass } from '../../converge/index.ts';
import { NOTHING_LIVE } from '../../model/observed.ts';
import { askSession, controlSocketPath, sentWorkspace } from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { ownProgram } from '../own-program.ts';
import { renderPlan } from '../render/plan.ts';
import { imageFor, openEngine, openPlatform, runtimeDirectory } from '../wiring.ts';

/** `devenv plan`: what `up` would do, with causes, on stdout. A running session is asked; nothing is changed. */
export async function plan(context: CliContext, flags: GlobalFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const engine = await openEngine(context);
  const platform = await openPlatform(context, workspace.connection, engine);
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  const answer = await askSession(
    socketPath,
    { method: 'plan', by: ownProgram(context), workspace: sentWorkspace(workspace) },
    () => {},
  );
  const steps = answer !== undefined && 'steps' in answer ? answer.steps : await withoutSession();
  context.out(renderPlan((await platform.describe()).title, steps, usesColor(context, flags)));
  return 0;

  async function withoutSession() {
    if (workspace === undefined) return [];
    const image = await imageFor(context, workspace);
    const agentImage = image.reference;
    await checkNeeds(platform, needsOf(workspace, agentImage), (message) =>
      context.err(`warning: ${safeLine(maskText(message))}\n`),
    );
    const observed = await observeFor(workspace, { engine, platform, agentImage, live: NOTHING_LIVE });
    return planPass(desiredBy(workspace, agentImage), observed).steps;
  }
}

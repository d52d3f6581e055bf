import type { Workspace } from '../../model/workspace.ts';
import { askSession, controlSocketPath, Session, sentWorkspace, startGuardian } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { exitCodeOfSignal } from '../exit-codes.ts';
import { confirmPlace } from '../first-use.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { reloadOf } from '../reload.ts';
import { reporterFor } from '../render/reporter.ts';
import { imageFor, newIdentity, openEngine, openPlatform, runtimeDirectory, spawnSelf } from '../wiring.ts';

/**
 * `devenv up`: becomes the session of the project, until a signal, `devenv down` or a failing start ends it. Where the
 * project has a session already, that one converges with the file and this command follows it.
 */
export async function up(context: CliContext, flags: GlobalFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  return (
    (await follow(context, flags, workspace, socketPath)) ??
    (await live(context, flags, workspace, socketPath))
  );
}

async function follow(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  socketPath: string,
): Promise<number | undefined> {
  const report = reporterFor(context, flags);
  const converge = { method: 'converge', workspace: sentWorkspace(workspace) } as const;
  const answer = await askSession(socketPath, converge, report, context.ending);
  if (answer === undefined) return undefined;
  if (!context.ending.aborted) await askSession(socketPath, { method: 'follow' }, report, context.ending);
  if (context.ending.aborted) context.err('detached; the session goes on, `devenv down` ends it\n');
  return 0;
}

async function live(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  socketPath: string,
): Promise<number> {
  const [engine, image] = await Promise.all([openEngine(context), imageFor(context, workspace)]);
  await confirmPlace(context, flags, workspace, await engine.describe());
  const platform = await openPlatform(workspace.connection.platform, engine);
  const identity = newIdentity(workspace.name);
  const report = reporterFor(context, flags);
  const guarded = { project: workspace.name, session: identity.id, socketPath };
  const session = new Session(workspace, {
    engine,
    platform,
    image,
    identity,
    report,
    socketPath,
    reload: reloadOf(context, flags, workspace),
    startGuardian: () => startGuardian(spawnSelf(context), guarded),
  });
  const forced = new Promise<'forced'>((resolve) => {
    context.forced.addEventListener('abort', () => resolve('forced'), { once: true });
  });
  const outcome = await Promise.race([session.run(context.ending), forced]);
  if (outcome === 'forced') {
    // Leaving closes every connection, which gives the bridges back at once; the guardian removes the rest.
    context.err(
      `forced: bridges are withdrawn; the rest is removed in the background. To be sure: devenv down -p ${workspace.name}\n`,
    );
  }
  return context.ending.aborted ? exitCodeOfSignal(context.ending) : 0;
}

import { unlessAborted } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import { safeLine } from '../../common/terminal-text.ts';
import type { Reporter } from '../../model/event.ts';
import { askSession, controlSocketPath, removeAll, removeLeft } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { projectOf } from '../project.ts';
import { shown } from '../render/reporter.ts';
import { currentUser, openEngine, openPlatformForCleanUp, runtimeDirectory } from '../wiring.ts';

/** What `devenv down` takes. */
export interface DownFlags {
  /** How long requests in flight may take, seconds, in place of the file's. */
  readonly drain?: number;
  /** Remove what there is of the project, whoever it belongs to, and whether or not its session lives. */
  readonly force?: boolean;
}

/**
 * `devenv down`: asks the session to end, and waits for it; without a session, removes by labels what one left.
 * The file may be missing or broken.
 */
export async function down(context: CliContext, flags: GlobalFlags, options: DownFlags): Promise<number> {
  // A session that was asked to end goes on with that alone; what is removed without one can be removed another time.
  await shown(context, flags, 'Ctrl-C leaves it running', (report, drawn) =>
    unlessAborted('the wait for its end', context.ending, endProject(drawn, flags, options, report)),
  );
  return 0;
}

async function endProject(
  context: CliContext,
  flags: GlobalFlags,
  { drain, force = false }: DownFlags,
  report: Reporter,
): Promise<void> {
  const project = await projectOf(context, flags);
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  if (await askToEnd()) return;
  const engine = await openEngine(context);
  const platform = await openPlatformForCleanUp(context, engine);
  const options = { engine, platform, project, user: currentUser(), report, socketPath };
  const removed = await (force ? removeAll(options) : removeLeft(options));
  if (removed.length === 0) context.err(`project ${safeLine(project)} is not up: nothing to do\n`);

  async function askToEnd(): Promise<boolean> {
    const request = { method: 'down', ...(drain === undefined ? {} : { drainMs: drain * 1000 }) } as const;
    try {
      return (await askSession(socketPath, request, report)) !== undefined;
    } catch (error) {
      if (!force || !(error instanceof DevenvError) || error.code !== 'session-conflict') throw error;
      report({ type: 'warning', message: error.message });
      return false;
    }
  }
}

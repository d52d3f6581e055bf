import { dirname } from 'node:path';
import { unlessAborted } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { loadWorkspace } from '../../config/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Reporter } from '../../model/event.ts';
import { label } from '../../model/labels.ts';
import { askSession, controlSocketPath, removeAll, removeLeft } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
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
 * The project is the one named by `-p`, by the file, or, where that is missing or broken, the one whose labels point
 * to this directory.
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
  const named = flags.projectName ?? (await nameInFile(context, flags));
  if (named !== undefined && (await askToEnd(named))) return;
  const engine = await openEngine(context);
  const project = named ?? (await projectHere(engine, context));
  if (named === undefined && (await askToEnd(project))) return;
  const platform = await openPlatformForCleanUp(context, engine);
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  const options = { engine, platform, project, user: currentUser(), report, socketPath };
  const removed = await (force ? removeAll(options) : removeLeft(options));
  if (removed.length === 0) context.err(`project ${safeLine(project)} is not up: nothing to do\n`);

  async function askToEnd(name: string): Promise<boolean> {
    const path = controlSocketPath(runtimeDirectory(context), name);
    const request = { method: 'down', ...(drain === undefined ? {} : { drainMs: drain * 1000 }) } as const;
    try {
      return (await askSession(path, request, report)) !== undefined;
    } catch (error) {
      if (!force || !(error instanceof DevenvError) || error.code !== 'session-conflict') throw error;
      report({ type: 'warning', message: error.message });
      return false;
    }
  }
}

async function nameInFile(context: CliContext, flags: GlobalFlags): Promise<string | undefined> {
  try {
    const { directory, environment } = context;
    const options = { file: flags.file, directory, environment, checkPaths: false };
    const result = await context.mortal(() => loadWorkspace(options));
    return 'workspace' in result ? result.workspace.name : undefined;
  } catch (error) {
    if (error instanceof DevenvError && error.code === 'config-not-found' && flags.file === undefined)
      return undefined;
    throw error;
  }
}

async function projectHere(engine: Engine, { directory }: CliContext): Promise<string> {
  const containers = await engine.listContainers({});
  const projects = new Map<string, string>();
  for (const { labels } of containers) {
    const project = labels[label.project];
    if (project !== undefined) projects.set(project, labels[label.file] ?? '');
  }
  const here = [...projects].filter(([, file]) => dirname(file) === directory).map(([project]) => project);
  const [only, ...others] = here;
  if (only !== undefined && others.length === 0) return only;
  const known = [...projects].map(([project, file]) => `${project} (${file})`).sort();
  throw new DevenvError({
    code: 'usage',
    message: `no readable gefyra.yaml tells which project to end, and ${others.length > 0 ? 'several were' : 'none was'} started from ${directory}`,
    hint: known.length === 0 ? 'no project is up on this engine' : `name one with -p: ${known.join(', ')}`,
    owner: 'user',
  });
}

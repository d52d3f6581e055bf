import { unlessAborted } from '../common/deadline.ts';
import { explainProblems, loadWorkspace } from '../config/index.ts';
import type { Workspace } from '../model/workspace.ts';
import { type CliContext, type GlobalFlags, usesColor } from './context.ts';

/**
 * The workspace the flags point at. Problems are written to stderr, all at once; then it is undefined, and the command
 * ends with exit code 3. Errors: `config-not-found`.
 */
export function loadOrExplain(context: CliContext, flags: GlobalFlags): Promise<Workspace | undefined> {
  return context.mortal(() => loadAgain(context, flags));
}

/** The same for a process that must not end meanwhile. Errors: `cancelled`, too. */
export async function loadAgain(context: CliContext, flags: GlobalFlags): Promise<Workspace | undefined> {
  const { directory, environment } = context;
  const loading = loadWorkspace({
    file: flags.file,
    directory,
    environment,
    projectName: flags.projectName,
    context: flags.context,
    namespace: flags.namespace,
    envFiles: flags.envFile === undefined || flags.envFile.length === 0 ? undefined : flags.envFile,
    signal: context.ending,
  });
  const result = await unlessAborted('reading the file', context.ending, loading);
  const color = usesColor(context, flags);
  if ('workspace' in result) {
    const { warnings, sources } = result;
    context.err(await explainProblems(warnings, sources, { color, directory, severity: 'warning' }));
    return result.workspace;
  }
  context.err(await explainProblems(result.problems, result.sources, { color, directory }));
  return undefined;
}

/** Exit code of a command whose file has problems. */
export const CONFIG_INVALID = 3;

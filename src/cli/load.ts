import { basename, dirname, relative } from 'node:path';
import { unlessAborted } from '../common/deadline.ts';
import { safeLine } from '../common/terminal-text.ts';
import { explainProblems, type LoadResult, loadWorkspace } from '../config/index.ts';
import type { Workspace } from '../model/workspace.ts';
import { type CliContext, type GlobalFlags, usesColor } from './context.ts';
import { loadOptionsOf } from './settings.ts';

/** A workspace, and what it was made from. */
export type Loaded = Extract<LoadResult, { readonly workspace: Workspace }>;

/**
 * The workspace the flags point at. Problems are written to stderr, all at once; then it is undefined, and the command
 * ends with exit code 3. That a person's own layer is part of it is told in a line. Errors: `config-not-found`.
 */
export async function loadOrExplain(context: CliContext, flags: GlobalFlags): Promise<Workspace | undefined> {
  const loaded = await loadWithFiles(context, flags);
  return 'workspace' in loaded ? loaded.workspace : undefined;
}

/** The same with all that was read, also when there are problems. */
export function loadWithFiles(context: CliContext, flags: GlobalFlags): Promise<LoadResult> {
  return context.mortal(async () => {
    const result = await loadAgain(context, flags, (read) => {
      if (flags.progress !== 'json' && flags.progress !== 'quiet') announce(context, read);
    });
    return result;
  });
}

/** The same for a process that must not end meanwhile, without a word about layers. Errors: `cancelled`, too. */
export async function loadAgain(
  context: CliContext,
  flags: GlobalFlags,
  announced: (result: LoadResult) => void = () => {},
): Promise<LoadResult> {
  const { directory, ending } = context;
  const loading = loadOptionsOf(context, flags).then(loadWorkspace);
  const result = await unlessAborted('reading the file', ending, loading);
  announced(result);
  const color = usesColor(context, flags);
  if ('workspace' in result) {
    const { warnings, sources } = result;
    context.err(await explainProblems(warnings, sources, { color, directory, severity: 'warning' }));
  } else {
    context.err(await explainProblems(result.problems, result.sources, { color, directory }));
  }
  return result;
}

/** What nobody has named on the command line must not come in silence. */
function announce(context: CliContext, { layers, override, ignored }: LoadResult): void {
  for (const file of ignored) {
    const twin = layers.find((layer) => layer.replace(/a?ml$/, '') === file.replace(/a?ml$/, ''));
    context.err(`config: ${safeLine(file)} is not read: there is ${safeLine(basename(twin ?? ''))}\n`);
  }
  if (override === undefined) return;
  const beside = dirname(layers[0] ?? override);
  const names = layers.map((file) => relative(beside, file) || basename(file));
  context.err(`config: ${safeLine(names.join(' + '))} (personal; --no-override leaves it out)\n`);
}

/** Exit code of a command whose file has problems. */
export const CONFIG_INVALID = 3;

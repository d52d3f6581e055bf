import { basename, dirname, relative } from 'node:path';
import { unlessAborted } from '../common/deadline.ts';
import { safeLine } from '../common/terminal-text.ts';
import {
  explainProblems,
  isNote,
  type LoadOptions,
  type LoadResult,
  loadWorkspace,
  type Problem,
} from '../config/index.ts';
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
export async function loadWithFiles(context: CliContext, flags: GlobalFlags): Promise<LoadResult> {
  const result = await loadUntold(context, flags);
  await tellProblems(context, flags, result);
  return result;
}

/** The same without telling the problems: whoever wants to know them finds them in the result. */
export async function loadUntold(context: CliContext, flags: GlobalFlags): Promise<LoadResult> {
  const result = await context.mortal(() => loadSilently(context, flags));
  if (flags.progress !== 'json' && flags.progress !== 'quiet') announce(context, result);
  return result;
}

/**
 * As `loadWithFiles`, for a process that must not end meanwhile, and that has told already of layers, and which keys have no
 * effect. A service that was named may be gone by now. `reader` is who reads, where that is somebody else than who tells.
 * Errors: `cancelled`, too.
 */
export async function loadAgain(
  context: CliContext,
  flags: GlobalFlags,
  reader: { readonly context: CliContext; readonly flags: GlobalFlags } = { context, flags },
): Promise<LoadResult> {
  const result = await loadSilently(reader.context, reader.flags, { servicesMayBeGone: true });
  await tellProblems(context, flags, result, (warning) => !isNote(warning));
  return result;
}

function loadSilently(
  context: CliContext,
  flags: GlobalFlags,
  besides: Pick<LoadOptions, 'servicesMayBeGone'> = {},
): Promise<LoadResult> {
  const loading = loadOptionsOf(context, flags).then((options) => loadWorkspace({ ...options, ...besides }));
  return unlessAborted('reading the file', context.ending, loading);
}

/** Writes problems, or the warnings that are to be told, to stderr, as a person reads them. */
export async function tellProblems(
  context: CliContext,
  flags: GlobalFlags,
  result: LoadResult,
  isTold: (warning: Problem) => boolean = () => true,
): Promise<void> {
  const { directory } = context;
  const color = usesColor(context, flags);
  const { sources } = result;
  const told =
    'workspace' in result
      ? explainProblems(result.warnings.filter(isTold), sources, { color, directory, severity: 'warning' })
      : explainProblems(result.problems, sources, { color, directory });
  context.err(await told);
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

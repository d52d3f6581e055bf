import type { CliContext, GlobalFlags } from './context.ts';
import { loadOrExplain } from './load.ts';

/** Name of the project the flags point at; undefined when the file has problems, which were told then. */
export async function projectOf(context: CliContext, flags: GlobalFlags): Promise<string | undefined> {
  return flags.projectName ?? (await loadOrExplain(context, flags))?.name;
}

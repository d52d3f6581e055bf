import type { Workspace } from '../model/workspace.ts';
import { fileLooks, type Reload } from '../session/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { loadAgain } from './load.ts';

/**
 * How a session reads its files again when one of them was saved, whether that is a layer, included or extended, holds
 * variables, or is a Dockerfile. Problems go to stderr. `files` are those that were read before.
 */
export function reloadOf(
  context: CliContext,
  flags: GlobalFlags,
  { file }: Workspace,
  files: readonly string[],
): Reload {
  let known = files;
  let looks = fileLooks(known);
  return {
    files: () => known,
    areOthers: () => fileLooks(known) !== looks,
    load: async () => {
      const again = await loadAgain(context, flags);
      // Also with problems: a file that is not there yet may be what is missing.
      known = again.files;
      looks = fileLooks(known);
      if (!('workspace' in again)) {
        context.err('the file has problems; everything goes on as before\n');
        return undefined;
      }
      if (again.workspace.file === file) return again.workspace;
      context.err('the project is made from another file now; everything goes on as before\n');
      return undefined;
    },
  };
}

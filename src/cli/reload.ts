import { dirname, join, resolve } from 'node:path';
import type { Workspace } from '../model/workspace.ts';
import type { Reload } from '../session/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { loadAgain } from './load.ts';

/** How a session reads its file again when it, or the variables beside it, were saved. Problems go to stderr. */
export function reloadOf(context: CliContext, flags: GlobalFlags, workspace: Workspace): Reload {
  const { file } = workspace;
  const variables =
    flags.envFile === undefined || flags.envFile.length === 0
      ? [join(dirname(file), '.env')]
      : flags.envFile.map((path) => resolve(context.directory, path));
  return {
    files: [file, ...variables],
    load: async () => {
      const again = await loadAgain(context, { ...flags, file });
      if (again === undefined) context.err('the file has problems; everything goes on as before\n');
      return again;
    },
  };
}

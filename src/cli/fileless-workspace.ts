import { DevenvError } from '../common/errors.ts';
import { loadWorkspace } from '../config/index.ts';
import type { Workspace } from '../model/workspace.ts';
import type { CliContext, GlobalFlags } from './context.ts';

/**
 * What a file in this directory would come to that says `content`, for commands that need none. Errors: `usage` where
 * something is wrong with it, which comes from the command line.
 */
export async function filelessWorkspace(
  { directory, environment }: CliContext,
  { context, namespace }: GlobalFlags,
  content: object,
  projectName: string,
): Promise<Workspace> {
  const loaded = await loadWorkspace({
    directory,
    files: ['-'],
    readInput: async () => JSON.stringify(content),
    environment,
    override: false,
    context,
    namespace,
    projectName,
  });
  if ('workspace' in loaded) return loaded.workspace;
  const [problem] = loaded.problems;
  throw new DevenvError({ code: 'usage', message: problem?.message ?? 'it comes to nothing', owner: 'user' });
}

import { DevenvError } from '../common/errors.ts';
import { loadWorkspace, parseTarget } from '../config/index.ts';
import type { Workspace } from '../model/workspace.ts';
import type { CliContext, GlobalFlags } from './context.ts';

/** Name of the only service of such a workspace. */
export const LIKE = 'like';

/**
 * What a file would say that has one service with the variables and the network of a workload, for commands that need no
 * file. Errors: `usage` for what is no target.
 */
export async function likeWorkload(
  context: CliContext,
  { context: name, namespace, projectName }: GlobalFlags,
  text: string,
): Promise<Workspace> {
  const target = parseTarget(text);
  if ('message' in target) {
    const { message, hint } = target;
    throw new DevenvError({
      code: 'usage',
      message,
      owner: 'user',
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const { directory, environment } = context;
  const loaded = await loadWorkspace({
    directory,
    files: ['-'],
    readInput: async () => JSON.stringify({ services: { [LIKE]: { image: 'none', env_from: text } } }),
    environment,
    override: false,
    context: name,
    namespace,
    projectName: projectName ?? LIKE,
  });
  if ('workspace' in loaded) return loaded.workspace;
  const [problem] = loaded.problems;
  throw new DevenvError({ code: 'usage', message: problem?.message ?? text, owner: 'user' });
}

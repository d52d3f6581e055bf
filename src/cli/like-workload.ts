import { DevenvError } from '../common/errors.ts';
import { parseTarget } from '../config/index.ts';
import type { Bridge, Service, TargetRef, Workspace } from '../model/workspace.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { filelessWorkspace } from './fileless-workspace.ts';

/** Name of the only service of such a workspace. */
export const LIKE = 'like';

/** What the service is: an image, or a program of this machine that runs in this directory. */
export type LikeWhat = { readonly image: string } | { readonly process: readonly string[] };

/**
 * What a file would say that has one service with the variables and the network of a workload, for commands that need no
 * file. Errors: `usage` for what is no target.
 */
export async function likeWorkload(
  context: CliContext,
  flags: GlobalFlags,
  text: string,
  what: LikeWhat = { image: 'none' },
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
  const content = { services: { [LIKE]: { image: 'none', env_from: text } } };
  const workspace = await filelessWorkspace(context, flags, content, flags.projectName ?? LIKE);
  const services = [...workspace.services.values()].map((service) => [
    LIKE,
    { ...service, ...partsOf(what, context.directory), bridges: [inNetworkOf(target)] },
  ]) as readonly (readonly [string, Service])[];
  return { ...workspace, services: new Map(services) };
}

function partsOf(what: LikeWhat, directory: string): Partial<Service> {
  return 'process' in what
    ? { process: what.process, image: '', workingDir: directory }
    : { image: what.image };
}

/** What takes nothing of a workload's traffic, and is in its network. */
function inNetworkOf(target: TargetRef): Bridge {
  return {
    target,
    ports: [],
    filter: undefined,
    probes: 'original',
    passOn: [],
    keepsCache: false,
    fallback: { kind: 'original' },
  };
}

import { DevenvError } from '../../common/errors.ts';
import { needsOf } from '../../converge/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { imageFor, openPlatformAlone } from '../wiring.ts';

/**
 * `devenv plan --role`: on stdout, and alone there, the Role and RoleBinding that allow this user what the file needs.
 * Nothing is looked for but what the file names. Errors: `usage` on a platform without such rights.
 */
export async function planRole(context: CliContext, flags: GlobalFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const platform = await openPlatformAlone(context, workspace.connection);
  const { reference: agentImage } = await imageFor(context, workspace);
  const lines = await platform.permissionManifest(needsOf(workspace, agentImage));
  if (lines === undefined) {
    throw new DevenvError({
      code: 'usage',
      message:
        'there is no role to plan: the targets of this file are containers, and whoever may use the engine may do all',
      hint: 'roles are for targets on Kubernetes',
      owner: 'user',
    });
  }
  if (lines.length === 0) context.err('note: this file needs no rights in the cluster\n');
  context.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

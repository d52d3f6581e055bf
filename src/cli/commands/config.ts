import { formatWorkspace } from '../../config/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';

/** What `devenv config` takes. */
export interface ConfigFlags {
  readonly format: 'yaml' | 'json';
  readonly showSecrets: boolean;
}

/** `devenv config`: what the file comes to, with variables, defaults and long forms, on stdout. */
export async function config(context: CliContext, flags: GlobalFlags, options: ConfigFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  context.out(formatWorkspace(workspace, options));
  return 0;
}

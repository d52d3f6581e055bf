import { explainValue, formatWorkspace } from '../../config/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, loadWithFiles } from '../load.ts';

/** What `devenv config` takes. */
export interface ConfigFlags {
  readonly format: 'yaml' | 'json';
  readonly showSecrets: boolean;
  /** Path of a value, of which is told where it comes from. */
  readonly explain?: string;
}

/** `devenv config`: what the files come to, with variables, defaults and long forms, as a file again, on stdout. */
export async function config(context: CliContext, flags: GlobalFlags, options: ConfigFlags): Promise<number> {
  const loaded = await loadWithFiles(context, flags);
  if (!('workspace' in loaded)) return CONFIG_INVALID;
  const { explain, showSecrets } = options;
  const { directory } = context;
  context.out(
    explain === undefined
      ? formatWorkspace(loaded.workspace, options)
      : explainValue(explain, loaded, { directory, showSecrets }),
  );
  return 0;
}

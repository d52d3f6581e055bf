import { explainValue, formatUninterpolated, formatWorkspace } from '../../config/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, loadUntold, tellProblems } from '../load.ts';

/** What `devenv config` takes. */
export interface ConfigFlags {
  readonly format: 'yaml' | 'json';
  readonly showSecrets: boolean;
  /** False with `--no-interpolate`: variables stay. */
  readonly interpolate: boolean;
  /** Path of a value, of which is told where it comes from. */
  readonly explain?: string;
}

/**
 * `devenv config`: what the files come to, with variables, defaults and long forms, as a file again, on stdout. With
 * variables that stay, it does not matter whether they are set.
 */
export async function config(context: CliContext, flags: GlobalFlags, options: ConfigFlags): Promise<number> {
  const { explain, showSecrets, interpolate } = options;
  const { directory } = context;
  const result = await loadUntold(context, flags);
  if (!interpolate && result.root !== undefined) {
    context.out(formatUninterpolated(result.root, { ...options, directory: result.directory }));
    return 0;
  }
  await tellProblems(context, flags, result);
  if (!('workspace' in result)) return CONFIG_INVALID;
  context.out(
    explain === undefined
      ? formatWorkspace(result.workspace, options)
      : explainValue(explain, result, { directory, showSecrets }),
  );
  return 0;
}

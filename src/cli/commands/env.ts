import { DevenvError } from '../../common/errors.ts';
import { tellsSecret } from '../../common/secrets/secret-name.ts';
import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { variablesOf } from '../../converge/index.ts';
import type { Workspace } from '../../model/workspace.ts';
import { concernsOf } from '../consent.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { type Ask, askInTerminal, confirmFirstUse } from '../first-use.ts';
import { LIKE, likeWorkload } from '../like-workload.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { type VariableFormat, writtenVariables } from '../render/variables.ts';
import { serviceNamed } from '../service-named.ts';
import { openPlatformAlone } from '../wiring.ts';

/** What `devenv env` takes. */
export interface EnvFlags {
  readonly format: VariableFormat;
  /** A workload, in place of a service of the file. */
  readonly like?: string;
}

/** Where results go, as far as it matters. */
export interface Output {
  /** Somebody may look over the user's shoulder. */
  readonly isTerminal: boolean;
  readonly ask: Ask;
}

/**
 * `devenv env SERVICE`: the variables that a service gets, on stdout, for editors and scripts; with `--like`, those of a
 * workload, and no file is needed. Asks before secrets are shown in a terminal. Errors: those of reading them; `usage` for a
 * service that there is not; `not-confirmed`.
 */
export async function env(
  context: CliContext,
  flags: GlobalFlags,
  name: string | undefined,
  { format, like }: EnvFlags,
  output: Output = { isTerminal: process.stdout.isTTY === true, ask: askInTerminal },
): Promise<number> {
  const workspace =
    like === undefined ? await loadOrExplain(context, flags) : await likeWorkload(context, flags, like);
  if (workspace === undefined) return CONFIG_INVALID;
  const service = serviceNamed(workspace, like === undefined ? name : LIKE);
  const variables =
    service.envFrom.length === 0 ? service.environment : await read(context, flags, workspace);
  const secrets = Object.entries(variables).filter(
    ([one, value]) => tellsSecret(one) || maskText(value) !== value,
  );
  if (output.isTerminal && secrets.length > 0 && flags.yes !== true)
    await confirmSecrets(
      secrets.map(([one]) => one),
      context,
      output.ask,
    );
  const { text, leftOut } = writtenVariables(variables, format);
  for (const one of leftOut)
    context.err(`warning: ${safeLine(one)} is left out: a ${format} cannot have a variable of that name\n`);
  context.out(text);
  return 0;

  async function read(context: CliContext, flags: GlobalFlags, workspace: Workspace) {
    const platform = await openPlatformAlone(context, workspace.connection);
    try {
      const info = await platform.describe();
      const concerns = concernsOf(undefined, { kind: platform.kind, info });
      await confirmFirstUse(context, flags, workspace, concerns, { there: 'Read it there?' });
      return await variablesOf(service, platform);
    } finally {
      platform.close();
    }
  }
}

/** Errors: `not-confirmed`. */
async function confirmSecrets(names: readonly string[], context: CliContext, ask: Ask): Promise<void> {
  const listed = names.length > MOST_NAMED ? `${names.slice(0, MOST_NAMED).join(', ')}, …` : names.join(', ');
  const what = `${names.length === 1 ? 'a variable that may be a secret' : `${names.length} variables that may be secrets`} (${listed})`;
  const refuse = (why: string) =>
    new DevenvError({
      code: 'not-confirmed',
      message: `${what} would be shown in a terminal, and ${why}`,
      hint: 'use -y if it is meant, or write them to a file: devenv env SERVICE > .env.local',
      owner: 'user',
    });
  if (!context.canAsk) throw refuse('nobody can be asked');
  const line = await ask(`Show ${safeLine(what)} in this terminal? [y/N] `, context);
  if (!/^y(es)?$/i.test(line.trim())) throw refuse('you said no');
}

const MOST_NAMED = 5;

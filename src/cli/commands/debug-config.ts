import { dirname } from 'node:path';
import { safeJson, safeLine } from '../../common/terminal-text.ts';
import { type AttachConfiguration, attachConfiguration } from '../../debuggers/index.ts';
import type { Service, Workspace } from '../../model/workspace.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { editorFolder, launchFile, launchText, writeLaunchFile } from '../launch-file.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { serviceNamed } from '../service-named.ts';
import { wrongUse } from '../wrong-use.ts';

/** What `devenv debug-config` takes. */
export interface DebugConfigFlags {
  readonly write?: boolean;
}

/** `devenv debug-config`: how VS Code attaches to the services, on stdout or merged into its launch.json. */
export async function debugConfig(
  context: CliContext,
  flags: GlobalFlags,
  names: readonly string[],
  { write }: DebugConfigFlags,
): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const folder = editorFolder(dirname(workspace.file));
  const configurations: AttachConfiguration[] = [];
  for (const service of debuggedServices(workspace, names)) {
    const configuration = attachConfiguration(service, folder);
    if (configuration !== undefined) configurations.push(configuration);
    else {
      const where = `127.0.0.1:${service.debug?.port}`;
      context.err(
        `service ${service.name}: its debugger is one that devenv does not know; attach your editor to ${where}\n`,
      );
    }
  }
  if (configurations.length === 0) return 0;
  if (!write) {
    context.out(safeJson(launchText(configurations)));
    return 0;
  }
  const path = launchFile(folder);
  const outcome = await writeLaunchFile(path, configurations);
  const what = configurations.map(({ name }) => `"${name}"`).join(', ');
  const told = outcome === 'written' ? `${what} written to ${path}` : `${path} has ${what} already`;
  context.err(`${safeLine(told)}\n`);
  return 0;
}

/** Errors: `usage` for a name that is no service, or has no debugger, and when none has one. */
function debuggedServices(workspace: Workspace, names: readonly string[]): readonly Service[] {
  const { services, file } = workspace;
  const chosen = names.map((name) => serviceNamed(workspace, name));
  const debugged = (names.length === 0 ? [...services.values()] : chosen).filter(
    ({ debug }) => debug !== undefined,
  );
  const without = chosen.find(({ debug }) => debug === undefined);
  if (without !== undefined) refuse(`service ${without.name} has no debugger`, HOW_TO);
  return debugged.length > 0 ? debugged : refuse(`no service in ${file} has a debugger`, HOW_TO);
}

const HOW_TO = 'give it one: `debug: {type: debugpy}`, or node, go, java, or generic with a port';

function refuse(message: string, hint: string): never {
  throw wrongUse(message, hint);
}

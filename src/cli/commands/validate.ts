import { safeLine } from '../../common/terminal-text.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';

/** `devenv validate`: every problem of the file, or a line that says it has none. Exit code 3 for a file with problems. */
export async function validate(context: CliContext, flags: GlobalFlags): Promise<number> {
  const workspace = await loadOrExplain(context, flags);
  if (workspace === undefined) return CONFIG_INVALID;
  const services = workspace.services.size;
  const bridges = [...workspace.services.values()].flatMap((service) => service.bridges).length;
  context.out(
    `${safeLine(workspace.file)}: valid; ${count(services, 'service')}, ${count(bridges, 'bridge')}\n`,
  );
  return 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

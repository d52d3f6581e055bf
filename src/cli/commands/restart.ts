import { unlessAborted } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import { askSession, controlSocketPath } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { projectOf } from '../project.ts';
import { shown } from '../render/reporter.ts';
import { runtimeDirectory } from '../wiring.ts';

/** `devenv restart`: services start anew in place; addresses, ports and bridges stay. None named = all. */
export async function restart(
  context: CliContext,
  flags: GlobalFlags,
  services: readonly string[],
): Promise<number> {
  const project = await projectOf(context, flags);
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  const answer = await shown(context, flags, 'Ctrl-C leaves it running', (report) =>
    unlessAborted(
      'the restart',
      context.ending,
      askSession(socketPath, { method: 'restart', services }, report),
    ),
  );
  if (answer !== undefined) return 0;
  throw new DevenvError({
    code: 'usage',
    message: `project ${project} is not up`,
    hint: 'bring it up with `devenv up`',
    owner: 'user',
  });
}

import { unlessAborted } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import { askSession, controlSocketPath } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { projectOf } from '../project.ts';
import { shown } from '../render/reporter.ts';
import { runtimeDirectory } from '../wiring.ts';

/**
 * `devenv stop`, `devenv start`, `devenv restart`: what they ask of a session is about services as they stand; addresses,
 * ports and bridges stay. None named = all. Errors: `usage` without a session, and for a service that it does not have; its own.
 */
export async function ofServices(
  method: 'restart' | 'stop' | 'start',
  context: CliContext,
  flags: GlobalFlags,
  services: readonly string[],
): Promise<number> {
  const project = await projectOf(context, flags);
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  const answer = await shown(context, flags, 'devenv down gives everything back', (report) =>
    unlessAborted(`the ${method}`, context.ending, askSession(socketPath, { method, services }, report)),
  );
  if (answer === undefined) throw notUp(project);
  const [first] = 'missing' in answer ? (answer.missing ?? []) : [];
  return first === undefined ? 0 : exitCodeOf(first.code);
}

function notUp(project: string): DevenvError {
  return new DevenvError({
    code: 'usage',
    message: `project ${project} is not up`,
    hint: 'bring it up with `devenv up`',
    owner: 'user',
  });
}

import { DevenvError } from '../../common/errors.ts';
import type { Runner } from '../../runner/index.ts';
import { serviceStatus } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { givenVariables } from '../given-variables.ts';
import { hasTerminal, ownTerminal } from '../own-streams.ts';
import { projectOf } from '../project.ts';
import { serviceState } from '../render/service-state.ts';
import { serviceContainers } from '../service-containers.ts';
import { openEngine } from '../wiring.ts';

/** What `devenv exec` takes. */
export interface ExecFlags {
  /** False = no terminal, even where there is one. */
  readonly tty: boolean;
  readonly user?: string;
  readonly workdir?: string;
  /** `NAME=VALUE`. */
  readonly env: readonly string[];
}

/**
 * `devenv exec SERVICE COMMAND…`: runs a program in a service's container; its exit code is that of the program.
 * Errors: `program-not-found` (127), `program-not-executable` (126), and `container-failed` where the service has ended.
 */
export async function exec(
  context: CliContext,
  flags: GlobalFlags,
  service: string,
  command: readonly string[],
  options: ExecFlags,
): Promise<number> {
  const project = await projectOf(context, flags);
  const runner = await openEngine(context);
  const [found] = await serviceContainers(runner, project, [service]);
  if (found === undefined) return 1;
  await refuseEnded(runner, project, service);
  const { stdin, stdout, stderr } = process;
  const tty = options.tty && hasTerminal();
  return await runner.exec(
    found.container.id,
    {
      command,
      environment: givenVariables(options.env),
      tty,
      user: options.user,
      workingDir: options.workdir,
    },
    {
      input: stdin,
      output: stdout,
      errors: stderr,
      ...(tty ? ownTerminal() : {}),
    },
    context.ending,
  );
}

async function refuseEnded(runner: Runner, project: string, service: string): Promise<void> {
  const status = await serviceStatus(runner, project, service);
  if (status.state === 'running') return;
  throw new DevenvError({
    code: 'container-failed',
    message: `service ${service} does not run: ${serviceState(status, Date.now())}`,
    hint: `see \`devenv logs ${service}\`; \`devenv start ${service}\` starts it again`,
    owner: 'user',
  });
}

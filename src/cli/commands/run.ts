import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { DevenvError } from '../../common/errors.ts';
import type { OneOff } from '../../model/one-off.ts';
import { isBridged, type Service, type Workspace } from '../../model/workspace.ts';
import { askSession, controlSocketPath } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { givenVariables } from '../given-variables.ts';
import { LIKE, likeWorkload } from '../like-workload.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { hasTerminal } from '../own-streams.ts';
import { prepared } from '../render/preparing.ts';
import { runAlone } from '../run-alone.ts';
import { runBeside } from '../run-beside.ts';
import { serviceNamed } from '../service-named.ts';
import { runtimeDirectory } from '../wiring.ts';
import { workspaceToRun } from '../workspace-to-run.ts';
import { wrongUse } from '../wrong-use.ts';

/** What `devenv run` takes. */
export interface RunFlags {
  /** A workload, in place of a service of the file. */
  readonly like?: string;
  /** With `like`: an image that the command runs in, in place of this machine. */
  readonly image?: string;
  /** The traffic of the service's bridges comes to the command. */
  readonly bridge?: boolean;
  /** Seconds that everything before the command may take. Default: no limit. */
  readonly timeout?: number;
  /** False = no terminal, even where there is one. */
  readonly tty: boolean;
  readonly user?: string;
  readonly workdir?: string;
  /** `NAME=VALUE`. */
  readonly env: readonly string[];
}

/**
 * `devenv run [SERVICE] -- COMMAND…`: runs a command as a service would run, in the network, with the variables, the image
 * and the files of that, and with the streams of this process; with `--like`, as a workload, and no file is needed. Beside a
 * session of the project that has the service, else in one of its own. Its exit code is the command's; nothing is left.
 * Errors: those of `up`; `usage`; `program-not-found` (127), `program-not-executable` (126).
 */
export async function run(
  context: CliContext,
  flags: GlobalFlags,
  name: string | undefined,
  command: readonly string[],
  options: RunFlags,
): Promise<number> {
  const workspace = await workspaceOf(context, flags, command, options);
  if (workspace === undefined) return CONFIG_INVALID;
  const service = serviceNamed(workspace, options.like === undefined ? name : LIKE);
  const tty = options.tty && hasTerminal();
  const oneOff = oneOffAsked(context, service, command, options, tty);
  const run = randomBytes(3).toString('hex');
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  return prepared(context, flags, async (preparing) => {
    if (options.like === undefined && (await isInSession(socketPath, service.name))) {
      if (options.bridge === true && isBridged(service)) throw bridgedAlready(workspace, service);
      const request = { ...oneOff, service: service.name, run };
      const code = await runBeside(context, workspace.name, socketPath, request, preparing);
      if (code !== undefined) return code;
    }
    const { bridge = false, timeout } = options;
    const project = `${workspace.name}-run-${run}`;
    const alone = workspaceToRun(workspace, { service: service.name, oneOff, bridge, project });
    const startWithinMs = timeout === undefined ? undefined : timeout * 1000;
    const isOwnCommand = command.length > 0;
    return runAlone(
      context,
      flags,
      { workspace: alone, service: service.name, tty, startWithinMs, isOwnCommand },
      preparing,
    );
  });
}

async function workspaceOf(
  context: CliContext,
  flags: GlobalFlags,
  command: readonly string[],
  { like, image, bridge }: RunFlags,
): Promise<Workspace | undefined> {
  if (like === undefined) {
    if (image !== undefined)
      throw wrongUse('--image needs --like', 'a service of the file has its own image');
    return loadOrExplain(context, flags);
  }
  if (bridge === true)
    throw wrongUse('--bridge needs a service of a file', 'which ports it takes stands under `bridges`');
  if (image !== undefined) return likeWorkload(context, flags, like, { image });
  if (command.length === 0)
    throw wrongUse('there is no command', `for example: devenv run --like ${like} -- env`);
  return likeWorkload(context, flags, like, { process: command });
}

function oneOffAsked(
  { directory }: CliContext,
  service: Service,
  command: readonly string[],
  { user, workdir, env }: RunFlags,
  tty: boolean,
): OneOff {
  const isProgram = service.process !== undefined;
  if (isProgram && user !== undefined)
    throw wrongUse('a program of this machine runs as you', 'leave --user out, or use sudo');
  return {
    command: command.length === 0 ? undefined : command,
    environment: givenVariables(env),
    user,
    workingDir:
      workdir !== undefined && isProgram && !isAbsolute(workdir) ? resolve(directory, workdir) : workdir,
    tty,
  };
}

async function isInSession(socketPath: string, service: string): Promise<boolean> {
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  return (
    answer !== undefined && 'status' in answer && answer.status.services.some(({ name }) => name === service)
  );
}

function bridgedAlready({ name: project }: Workspace, { name }: Service): DevenvError {
  return new DevenvError({
    code: 'session-conflict',
    message: `the session of ${project} that runs has the bridges of ${name} already`,
    hint: `leave --bridge out, or end that session: devenv down -p ${project}`,
    owner: 'user',
  });
}

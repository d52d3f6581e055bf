import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import { containerName } from '../model/identity.ts';
import type { Service, Workspace } from '../model/workspace.ts';
import { controlSocketPath } from '../session/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { loadAhead } from './load-ahead.ts';
import { confirmUse, openAll, ownSession } from './own-session.ts';
import { withOwnStreams } from './own-streams.ts';
import type { Preparing } from './render/preparing.ts';
import { newIdentity, runtimeDirectory } from './wiring.ts';

/** What is run alone: a workspace of one run, see `workspaceToRun`. */
export interface Alone {
  readonly workspace: Workspace;
  /** The service that is run. */
  readonly service: string;
  readonly tty: boolean;
  /** How long everything before the program may take, milliseconds; undefined = as long as it takes. */
  readonly startWithinMs: number | undefined;
  /** The command is the user's own words: nobody has to be asked whether it may run. */
  readonly isOwnCommand: boolean;
}

/**
 * Runs a service of a workspace with this process's streams, in a session of this process that lives as long as that.
 * Resolves to the program's exit code. Errors: those of the session's first pass; of `Runner.runUnit`; of giving back.
 */
export async function runAlone(
  context: CliContext,
  flags: GlobalFlags,
  { workspace, service, tty, startWithinMs, isOwnCommand }: Alone,
  { report, over }: Preparing,
): Promise<number> {
  const [opened] = await Promise.all([openAll(context, workspace), loadAhead()]);
  const isFromFile = ({ name }: Service) => !isOwnCommand || name !== service;
  const fromFile = [...workspace.services.values()].filter(isFromFile);
  await confirmUse(context, flags, workspace, opened, { fromFile, there: 'Run it there?' });
  const session = ownSession(context, workspace, opened, {
    identity: newIdentity(workspace.name),
    report,
    socketPath: controlSocketPath(runtimeDirectory(context), workspace.name),
    abortOnFailure: true,
    ...(startWithinMs === undefined ? {} : { startWithinMs }),
  });
  const done = new AbortController();
  const life = session.run(AbortSignal.any([context.ending, done.signal]));
  // It is waited for below, whatever else fails.
  life.catch(() => {});
  try {
    await Promise.race([session.ready.then(refuseMissing), life]);
    context.ending.throwIfAborted();
    over();
    const unit = containerName(workspace.name, service, 'service');
    return await withOwnStreams(context, tty, (streams) => opened.engine.runUnit(unit, streams));
  } finally {
    done.abort();
    await life;
  }
}

function refuseMissing([first]: readonly ErrorFacts[]): void {
  if (first !== undefined) throw new DevenvError(first);
}

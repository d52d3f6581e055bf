import { marksIn } from '../../match/index.ts';
import type { Reporter } from '../../model/event.ts';
import type { Workspace } from '../../model/workspace.ts';
import {
  askSession,
  controlSocketPath,
  type Reading,
  type SessionStatus,
  sentWorkspace,
} from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts';
import { CONFIG_INVALID, type Loaded, loadWithFiles } from '../load.ts';
import { loadAhead } from '../load-ahead.ts';
import { ownProgram, refuseOtherProgram } from '../own-program.ts';
import { confirmUse, forcedEnd, openAll, ownSession } from '../own-session.ts';
import { givenReader, type Reader, readingOf, reloadOf } from '../reload.ts';
import { markLines } from '../render/mark-text.ts';
import { shown } from '../render/reporter.ts';
import { withShortLog } from '../session-log.ts';
import { newIdentity, runtimeDirectory, succeededIdentity } from '../wiring.ts';
import { LOCK_DESCRIPTOR, startDetached } from './up-detached.ts';
import { withKeys } from './up-keys.ts';
import { bridgeStates, waitUntilLive } from './wait-until-live.ts';

/** How long `--wait` waits where nothing is said, seconds. */
const WAIT_SECONDS = 60;

const DETACHED = 'detached; the session goes on, `devenv down` ends it\n';

/** In the background, stderr is the same. */
const STDOUT = 1;

/** What `devenv up` takes. */
export interface UpFlags {
  /** Leave the session behind in the background. */
  readonly detach?: boolean;
  /** With `detach`: return when everything is live, not already when it is made. */
  readonly wait?: boolean;
  /** Seconds that the start may take, with `wait` until everything is live. Default: no limit; 60 with `wait`. */
  readonly timeout?: number;
  /** Give everything back when a service or a bridge fails at the start, in place of keeping the others. */
  readonly abortOnFailure?: boolean;
  /** Ask whoever has a port to let go of it, in place of being refused. */
  readonly takeover?: boolean;
  /** Refuse what may turn out badly, in place of telling it. */
  readonly strict?: boolean;
  /** How long requests in flight may take when a bridge closes, seconds, in place of the file's. */
  readonly drain?: number;
  /** Id and beginning of the session that this process goes on with, as `sessionText` writes them. */
  readonly succeeds?: string;
  /** Bridges that the process before this one has given to others, as `NAME=OWNER`. */
  readonly givenUp?: readonly string[];
  /** Services that somebody has stopped in the process before this one. */
  readonly stopped?: readonly string[];
  /** The log that this process's output goes to: it runs in the background, and keeps it short. */
  readonly log?: string;
}

/**
 * `devenv up`: becomes the session of the project, until a signal, `devenv down` or a failing start ends it. Where the
 * project has a session already, that one converges with the file and this command follows it. Of a file of which services
 * are named, these are all there is, with what they need; in a session that runs already, they come to what it has.
 */
export async function up(outer: CliContext, flags: GlobalFlags, options: UpFlags): Promise<number> {
  const context =
    options.log === undefined ? outer : withShortLog(outer, { path: options.log, descriptor: STDOUT });
  const own = { context, flags };
  // In the background it reads as whoever has started it, or as the session was read last that it goes on with.
  const reader = options.log === undefined ? own : await givenReader(own);
  const loaded = await loadWithFiles(reader.context, reader.flags);
  if (!('workspace' in loaded)) return CONFIG_INVALID;
  const { workspace } = loaded;
  for (const line of marksOf(workspace).flatMap(markLines)) context.err(`${line}\n`);
  const socketPath = controlSocketPath(runtimeDirectory(context), workspace.name);
  if (options.succeeds !== undefined) return live(context, flags, loaded, socketPath, options, reader);
  const reading = await readingOf(reader, loaded.files);
  if (options.detach === true) return detached(context, flags, workspace, reading, socketPath, options);
  return (
    (await follow(context, flags, workspace, reading, socketPath, options)) ??
    (await live(context, flags, loaded, socketPath, options, reader))
  );
}

async function detached(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  reading: Reading,
  socketPath: string,
  { wait, timeout, drain, abortOnFailure, takeover, strict }: UpFlags,
): Promise<number> {
  const startedAt = performance.now();
  const converge = convergeRequest(context, workspace, reading, { takeover, strict });
  const missing = await shown(context, flags, 'devenv down gives everything back', async (report, drawn) => {
    const answer = await askSession(socketPath, converge, report, context.ending);
    if (answer !== undefined) return 'missing' in answer ? (answer.missing ?? []) : [];
    await confirmUse(context, flags, workspace, await openAll(context, workspace));
    const passedOn = { drain, timeout, abortOnFailure, takeover, strict };
    return startDetached(drawn, workspace, reading, socketPath, report, passedOn);
  });
  const [first] = missing;
  if (wait === true && (first === undefined || missing.some(({ owner }) => owner !== 'user'))) {
    const services = new Set(workspace.services.keys());
    const until = { seconds: timeout ?? WAIT_SECONDS, since: startedAt, services };
    await shown(context, flags, 'devenv down gives everything back', (report) =>
      waitUntilLive(context, socketPath, { ...until, report }),
    );
  } else if (first !== undefined && !context.ending.aborted) return exitCodeOf(first.code);
  if (!context.ending.aborted) return 0;
  context.err(DETACHED);
  return exitCodeOfSignal(context.ending);
}

/** Names whose marked requests the bridges of a file take. */
function marksOf({ services }: Workspace): readonly string[] {
  const filters = [...services.values()].flatMap(({ bridges }) => bridges.map(({ filter }) => filter));
  return [...new Set(filters.flatMap(marksIn))];
}

async function follow(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  reading: Reading,
  socketPath: string,
  { takeover, strict }: UpFlags,
): Promise<number | undefined> {
  const converge = convergeRequest(context, workspace, reading, { takeover, strict });
  const detached = new AbortController();
  const left = AbortSignal.any([context.ending, detached.signal]);
  const answer = await shown(context, flags, 'Ctrl-C leaves it running', async (report, _, screen) => {
    const converged = askSession(socketPath, converge, report, left);
    const keys = { socketPath, report, screen, ready: converged, detach: async () => detached.abort() };
    return withKeys(context, flags, keys, async () => {
      if ((await converged) === undefined || left.aborted) return converged;
      await Promise.all([loadAhead(), tellStates(socketPath, report)]);
      return askSession(socketPath, { method: 'follow' }, report, left);
    });
  });
  if (answer === undefined) return undefined;
  if (left.aborted) context.err(DETACHED);
  return 0;
}

function convergeRequest(
  context: CliContext,
  workspace: Workspace,
  reading: Reading,
  {
    takeover = false,
    strict = false,
  }: { readonly [Flag in 'takeover' | 'strict']: UpFlags[Flag] | undefined },
) {
  const by = ownProgram(context);
  return { method: 'converge', by, workspace: sentWorkspace(workspace), reading, takeover, strict } as const;
}

/** Whoever comes later has not heard how the bridges are. */
async function tellStates(socketPath: string, report: Reporter): Promise<void> {
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  if (answer === undefined || !('status' in answer)) return;
  for (const event of bridgeStates(answer.status)) report(event);
}

async function live(
  context: CliContext,
  flags: GlobalFlags,
  { workspace, files }: Loaded,
  socketPath: string,
  options: UpFlags,
  reader: Reader,
): Promise<number> {
  const program = ownProgram(context);
  const [opened] = await Promise.all([openAll(context, workspace), loadAhead()]);
  await confirmUse(context, flags, workspace, opened);
  const { succeeds, drain } = options;
  const identity =
    succeeds === undefined ? newIdentity(workspace.name) : succeededIdentity(workspace.name, succeeds);
  let isDetached = false;
  const outcome = await shown(context, flags, 'Ctrl-C gives everything back', (report, drawn, screen) => {
    const reload = reloadOf(drawn, flags, workspace, files, reader);
    const own = {
      identity,
      report,
      socketPath,
      reload,
      ...(succeeds === undefined
        ? {}
        : {
            succeeds: { lockDescriptor: LOCK_DESCRIPTOR, stopped: options.stopped ?? [] },
            givenUp: givenUpOf(options.givenUp ?? []),
          }),
      ...(drain === undefined ? {} : { drainMs: drain * 1000 }),
      ...(options.timeout === undefined ? {} : { startWithinMs: options.timeout * 1000 }),
      abortOnFailure: options.abortOnFailure === true,
      takeover: options.takeover === true,
      strict: options.strict === true,
    };
    const session = ownSession(context, workspace, opened, own, program);
    const detach = async () => {
      refuseOtherProgram(context, program);
      // The one that goes on reads the file anew.
      if ((await reload.load()) === undefined) return;
      const bridges = await bridgesNow(socketPath);
      const resting = bridges.filter(({ onRequest }) => onRequest);
      const givenUp = bridges.flatMap(({ name, takenBy }) =>
        takenBy === undefined ? [] : [`${name}=${takenBy}`],
      );
      session.handOver(async (left) => {
        const predecessor = { ...left, identity, givenUp };
        const reading = await reload.reading();
        await startDetached(drawn, workspace, reading, socketPath, report, { drain, predecessor });
        for (const { name } of resting)
          await askSession(socketPath, { method: 'rest', bridge: name, onRequest: true }, () => {});
        isDetached = true;
      });
    };
    const keys = { socketPath, report, screen, ready: session.ready, detach };
    return withKeys(context, flags, keys, () =>
      Promise.race([session.run(context.ending), forcedEnd(context)]),
    );
  });
  if (outcome === 'forced') {
    // Leaving closes every connection, which gives the bridges back at once; the guardian removes the rest.
    context.err(
      `forced: bridges are withdrawn; the rest is removed in the background. To be sure: devenv down -p ${workspace.name}\n`,
    );
  }
  return context.ending.aborted && !isDetached ? exitCodeOfSignal(context.ending) : 0;
}

/** The bridges of a session, as they are now. */
async function bridgesNow(socketPath: string): Promise<SessionStatus['bridges']> {
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  return answer !== undefined && 'status' in answer ? answer.status.bridges : [];
}

/** Bridges that were given to others, from `NAME=OWNER`. */
function givenUpOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

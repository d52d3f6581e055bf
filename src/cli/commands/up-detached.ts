import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { pause } from '../../common/deadline.ts';
import { cancelled, DevenvError, type ErrorFacts } from '../../common/errors.ts';
import { safeLine } from '../../common/terminal-text.ts';
import type { Reporter } from '../../model/event.ts';
import type { SessionIdentity } from '../../model/identity.ts';
import type { Workspace } from '../../model/workspace.ts';
import { askSession, type Reading, type Succession } from '../../session/index.ts';
import type { CliContext } from '../context.ts';
import { openSessionLog, type SessionLog, writtenSince } from '../session-log.ts';
import { sessionText } from '../wiring.ts';

/** How long a session may take to answer on its socket after its process was started, milliseconds. */
const ANSWER_MS = 15_000;
const LOOK_AGAIN_MS = 50;

/** How long one that failed is waited for while it gives everything back, milliseconds. */
const END_MS = 15_000;

/** Descriptor of the lock in a process that goes on with a session. */
export const LOCK_DESCRIPTOR = 3;

/** A process of a session that leaves it to the next. */
export interface Predecessor extends Succession {
  readonly identity: SessionIdentity;
  /** Bridges that it has given to others, as `NAME=OWNER`. */
  readonly givenUp: readonly string[];
}

/** What the process is told besides what it reads. */
export interface PassedOn {
  /** `--drain`. */
  readonly drain?: number | undefined;
  /** `--timeout`. */
  readonly timeout?: number | undefined;
  /** `--abort-on-failure`. */
  readonly abortOnFailure?: boolean | undefined;
  /** `--takeover`. */
  readonly takeover?: boolean | undefined;
  /** `--strict`. */
  readonly strict?: boolean | undefined;
  /** The one that it goes on after; absent = it begins one. */
  readonly predecessor?: Predecessor;
}

/**
 * Starts the session as a process of its own, which is told on its standard input what it reads, and follows it until its
 * first pass is done. What it writes goes to a log in the state directory. Until then Ctrl-C ends it as if it were in the foreground.
 * Resolves to why something is missing all the same, which is tried again.
 * Errors: the first pass's, after everything was given back; `state-unusable`; `internal` when the process ends without
 * a word.
 */
export async function startDetached(
  context: CliContext,
  workspace: Workspace,
  reading: Reading,
  socketPath: string,
  report: Reporter,
  passedOn: PassedOn,
): Promise<readonly ErrorFacts[]> {
  const log = openSessionLog(context, workspace);
  const { path, descriptor: output } = log;
  const { predecessor } = passedOn;
  const child = spawn(
    process.execPath,
    [context.program, 'up', '--log', path, ...asArguments(workspace, passedOn)],
    {
      detached: true,
      stdio: ['pipe', output, output, ...(predecessor === undefined ? [] : [predecessor.lockDescriptor])],
      env: context.environment,
      cwd: context.directory,
    },
  );
  closeSync(output);
  // It may end before it has read all: why, is told below.
  child.stdin?.on('error', () => {}).end(JSON.stringify(reading));
  const gone = once(child, 'exit').then(([code]) => `it ended with ${code}`);
  const end = () => child.kill('SIGINT');
  context.ending.addEventListener('abort', end, { once: true });
  if (context.ending.aborted) end();
  try {
    const missing = await untilReady(socketPath, report, gone, log);
    context.err(`up in the background, \`devenv down\` ends it; its output:\n${safeLine(path)}\n`);
    return missing;
  } catch (error) {
    await Promise.race([gone, once(context.forced, 'abort'), pause(END_MS)]);
    if (context.ending.aborted) throw cancelled('the start');
    throw error;
  } finally {
    context.ending.removeEventListener('abort', end);
    child.unref();
  }
}

async function untilReady(
  socketPath: string,
  report: Reporter,
  gone: Promise<string>,
  log: SessionLog,
): Promise<readonly ErrorFacts[]> {
  const deadline = performance.now() + ANSWER_MS;
  while (performance.now() < deadline) {
    const ready = askSession(socketPath, { method: 'ready' }, report);
    // When the process is gone, nobody waits for this any more.
    ready.catch(() => {});
    const answered = await Promise.race([gone, ready]);
    if (typeof answered === 'object') return 'missing' in answered ? (answered.missing ?? []) : [];
    const why = answered ?? (await Promise.race([gone, pause(LOOK_AGAIN_MS)]));
    if (why !== undefined) throw lost(log, why);
  }
  throw lost(log, 'it does not answer');
}

function asArguments(
  workspace: Workspace,
  { drain, timeout, abortOnFailure, takeover, strict, predecessor }: PassedOn,
): readonly string[] {
  return [
    ...(predecessor === undefined ? [] : ['--succeeds', sessionText(predecessor.identity)]),
    ...(predecessor?.givenUp ?? []).flatMap((bridge) => ['--given-up', bridge]),
    ...(predecessor?.stopped ?? []).flatMap((service) => ['--stopped', service]),
    ...(drain === undefined ? [] : ['--drain', String(drain)]),
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...(abortOnFailure === true ? ['--abort-on-failure'] : []),
    ...(takeover === true ? ['--takeover'] : []),
    ...(strict === true ? ['--strict'] : []),
    ...['--project-name', workspace.name, '--progress', 'plain', '--yes'],
  ];
}

function lost(log: SessionLog, why: string): DevenvError {
  const told = writtenSince(log);
  return new DevenvError({
    code: 'internal',
    message: `the session did not come up: ${why}`,
    ...(told.length === 0 ? {} : { evidence: told }),
    hint: told.length === 0 ? `see ${log.path}, or run it without -d` : `see ${log.path}`,
    owner: 'devenv',
  });
}

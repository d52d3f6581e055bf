import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { DevenvError, messageOf } from '../common/errors.ts';
import { kindOfFile } from '../common/regular-file.ts';
import type { Workspace } from '../model/workspace.ts';
import type { CliContext } from './context.ts';
import { makeStateDirectory } from './state-directory.ts';

/** A log that grows beyond this begins anew, with the one before it beside it. */
const LIMIT_BYTES = 5 * 1024 ** 2;

const NAME_LENGTH = 64;

/** The log of a session in the background. */
export interface SessionLog {
  /** Absolute path; the older half, if there is one, lies beside it as `….1`. */
  readonly path: string;
  /** Open for appending; whoever asked for it closes it. */
  readonly descriptor: number;
  /** Bytes in it when it was opened. */
  readonly size: number;
}

/** How much of a log is read to tell why its session has ended. */
const MOST_TOLD_BYTES = 4096;
const MOST_TOLD_LINES = 10;

/** The last lines written to a log beyond so many bytes; none when there are none, or it cannot be read. */
export function writtenSince({ path, size }: Pick<SessionLog, 'path' | 'size'>): readonly string[] {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(MOST_TOLD_BYTES);
      const from = Math.max(size, fstatSync(descriptor).size - MOST_TOLD_BYTES);
      const text = bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, MOST_TOLD_BYTES, from));
      return text
        .split('\n')
        .filter((line) => line !== '')
        .slice(-MOST_TOLD_LINES);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return [];
  }
}

/**
 * Opens the log of a project's sessions for appending: one for each file, in the state directory, for this user's eyes
 * alone, since services write there. Errors: `state-unusable`.
 */
export function openSessionLog(
  context: Pick<CliContext, 'environment'>,
  { name, file }: Pick<Workspace, 'name' | 'file'>,
): SessionLog {
  const directory = makeStateDirectory(context, 'logs');
  const id = createHash('sha256').update(file).digest('hex').slice(0, 8);
  const path = join(directory, `${name.slice(0, NAME_LENGTH)}-${id}.log`);
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    closeSync(descriptor);
    throw unusable(path, `it is ${kindOfFile(stats)}, not a regular file`);
  }
  fchmodSync(descriptor, 0o600);
  return { path, descriptor, size: stats.size };
}

/**
 * The context of a process whose output goes to a log, which is kept short from now on: the process may run for months.
 * The log is copied and emptied, not renamed, because what ends the process may be told by Node itself, to the
 * descriptor that it was given.
 */
export function withShortLog<Context extends Pick<CliContext, 'out' | 'err'>>(
  context: Context,
  { path, descriptor }: Pick<SessionLog, 'path' | 'descriptor'>,
  limitBytes = LIMIT_BYTES,
): Context {
  let size = fstatSync(descriptor).size;
  const counted = (write: (text: string) => void) => (text: string) => {
    write(text);
    size += Buffer.byteLength(text);
    if (size <= limitBytes) return;
    beginAnew(path, descriptor);
    size = 0;
  };
  return { ...context, out: counted(context.out), err: counted(context.err) };
}

/** The disk may be full: then the older half is lost, and it is not any more. */
function beginAnew(path: string, descriptor: number): void {
  try {
    const ours = fstatSync(descriptor);
    const there = lstatSync(path, { throwIfNoEntry: false });
    const older = `${path}.1`;
    if (there?.ino === ours.ino && there.dev === ours.dev) {
      rmSync(older, { force: true });
      copyFileSync(path, older, constants.COPYFILE_EXCL);
    }
  } catch {
    // What follows is what keeps the log short.
  }
  try {
    ftruncateSync(descriptor);
  } catch {
    // It is no file: nothing grows.
  }
}

function unusable(path: string, why: string): DevenvError {
  return new DevenvError({
    code: 'state-unusable',
    message: `${path} cannot be the log of the session: ${why}`,
    hint: 'remove it, or point XDG_STATE_HOME at another directory of yours',
    owner: 'environment',
  });
}

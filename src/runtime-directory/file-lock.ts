import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { dirname } from 'node:path';
import { pause } from '../common/deadline.ts';
import { DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { native } from './native.ts';
import { isPrivateDirectory, makePrivateDirectory } from './private-directory.ts';

/** Operations of flock(2). */
const SHARED = 1;
const EXCLUSIVE = 2;
const WITHOUT_WAITING = 4;

const MOST_TEXT_BYTES = 64 * 1024;

/** Whoever only looks whether somebody has the lock has it for the moment of the look: so often one is tried again. */
const LOOKERS = 5;
const LOOK_AGAIN_MS = 10;

/**
 * A file that one process holds for as long as it lives: the system lets go of it when that process ends, however it
 * does. Where the system has no such locks, anybody gets one: then its socket alone tells whether somebody is there.
 */
export class FileLock {
  readonly path: string;
  /** Of the open file; whoever inherits it holds the lock, too. */
  readonly descriptor: number;

  private constructor(path: string, descriptor: number) {
    this.path = path;
    this.descriptor = descriptor;
  }

  /**
   * Takes it, if nobody has it; undefined = somebody has. Makes the file and its directory.
   * Errors: `permission-missing` when the directory is not this user's; the system's own.
   */
  static async take(path: string): Promise<FileLock | undefined> {
    await makePrivateDirectory(dirname(path));
    for (let refusals = 0; ; ) {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
      const descriptor = openSync(path, flags, 0o600);
      if (!(await locks(descriptor, EXCLUSIVE))) {
        closeSync(descriptor);
        refusals += 1;
        if (refusals > LOOKERS) return undefined;
        await pause(LOOK_AGAIN_MS);
        continue;
      }
      if (isFileAt(path, descriptor)) return new FileLock(path, descriptor);
      // Whoever had it has removed it in between.
      closeSync(descriptor);
    }
  }

  /** The lock that this process was started with, as an open file; undefined when the file is another one. */
  static async inherited(path: string, descriptor: number): Promise<FileLock | undefined> {
    if (!isFileAt(path, descriptor)) return undefined;
    return (await locks(descriptor, EXCLUSIVE)) ? new FileLock(path, descriptor) : undefined;
  }

  /** What was written to the file last, by this holder or one before; empty when nothing was. */
  read(): string {
    return textIn(this.descriptor);
  }

  /**
   * Replaces what is in the file: whoever finds the lock taken can read it. On a full disk it stays as it was.
   * Errors: `state-unusable` when it cannot be written.
   */
  write(text: string): void {
    try {
      writeSync(this.descriptor, text, 0);
      ftruncateSync(this.descriptor, Buffer.byteLength(text));
    } catch (error) {
      throw new DevenvError({
        code: 'state-unusable',
        message: `${this.path}, the lock of a session, cannot be written: ${messageOf(error)}`,
        hint: `free some space on the disk of ${dirname(this.path)}, or set XDG_RUNTIME_DIR to a directory of your own elsewhere`,
        owner: 'environment',
        cause: error,
      });
    }
  }

  /** Lets go of it, and removes the file unless a next holder must read what is in it. */
  release(file: 'remove' | 'keep'): void {
    // Not unlocked: a process that has inherited it holds it on.
    if (file === 'remove' && isFileAt(this.path, this.descriptor)) rmSync(this.path, { force: true });
    closeSync(this.descriptor);
  }
}

/**
 * Whether somebody has the lock; with what its holder has written there. Undefined = nobody.
 * Errors: `permission-missing` when the directory is not this user's; the system's own.
 */
export async function isLocked(path: string): Promise<{ readonly text: string } | undefined> {
  if (!(await isPrivateDirectory(dirname(path)))) return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    if (await locks(descriptor, SHARED)) return undefined;
    return { text: textIn(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

/** True when the lock is had now; also where there are none to be had, such as on some network file systems. */
async function locks(descriptor: number, kind: typeof SHARED | typeof EXCLUSIVE): Promise<boolean> {
  const libc = await native();
  const failure = libc?.flock(descriptor, kind | WITHOUT_WAITING) ?? 0;
  return failure !== system.errno.EWOULDBLOCK;
}

function textIn(descriptor: number): string {
  const bytes = Buffer.alloc(MOST_TEXT_BYTES);
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}

function isFileAt(path: string, descriptor: number): boolean {
  try {
    const [there, open] = [statSync(path), fstatSync(descriptor)];
    return there.ino === open.ino && there.dev === open.dev;
  } catch {
    return false;
  }
}

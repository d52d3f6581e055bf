import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DevenvError, messageOf, systemCode } from '../common/errors.ts';

/**
 * Makes a directory that only this user may enter, or makes sure that the one that is there is such a one: a directory
 * and no link, this user's, closed to all others. To be called before anything is made in it or listened on.
 * Errors: `permission-missing` with the reason.
 */
export async function makePrivateDirectory(directory: string): Promise<void> {
  if (await isPrivateDirectory(directory)) return;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(directory, reasonOf(error, directory), error);
  }
  // Somebody else may have been faster.
  if (!(await isPrivateDirectory(directory)))
    throw unusable(directory, 'it is removed as soon as it is made');
}

/**
 * Whether there is such a directory; false when nothing is there. To be called before anything in it is opened or
 * dialled. One of this user's that others may only look into is closed to them.
 * Errors: `permission-missing` when what is there was made by somebody else, is a link, or could be written to by others.
 */
export async function isPrivateDirectory(directory: string): Promise<boolean> {
  let facts: Stats;
  try {
    facts = await lstat(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw unusable(directory, reasonOf(error, directory), error);
  }
  const reason = whyNotPrivate(facts, process.getuid?.());
  if (reason !== undefined) throw unusable(directory, reason);
  if ((facts.mode & 0o077) !== 0 && process.getuid !== undefined) await chmod(directory, 0o700);
  return true;
}

/** What speaks against a directory, given what `lstat` says of it; `uid` is undefined where there are no users. */
export function whyNotPrivate(
  facts: Pick<Stats, 'isDirectory' | 'isSymbolicLink' | 'uid' | 'mode'>,
  uid: number | undefined,
): string | undefined {
  if (facts.isSymbolicLink()) return 'it is a link';
  if (!facts.isDirectory()) return 'it is no directory';
  if (uid === undefined) return undefined;
  if (facts.uid !== uid) return `it belongs to another user (uid ${facts.uid}, this is ${uid})`;
  // Whatever lies in it by now may be theirs.
  if ((facts.mode & 0o022) !== 0) return 'other users may write to it';
  return undefined;
}

function reasonOf(error: unknown, directory: string): string {
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `this user may not write to ${dirname(directory)}`;
    case 'ENOTDIR':
      return `${dirname(directory)} is no directory`;
    default:
      return messageOf(error);
  }
}

function unusable(directory: string, reason: string, cause?: unknown): DevenvError {
  return new DevenvError({
    code: 'permission-missing',
    message: `the directory ${directory}, in which the sockets of sessions lie, cannot be used: ${reason}`,
    hint: 'remove it if nobody needs it, or set XDG_RUNTIME_DIR to a directory of your own',
    owner: 'environment',
    ...(cause === undefined ? {} : { cause }),
  });
}

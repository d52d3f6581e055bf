import { createHash } from 'node:crypto';
import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  isPrivateDirectory,
  makePrivateDirectory,
  refuseLongSocketPath,
} from '../runtime-directory/index.ts';

/** Label that names the directory of this machine which a container shares for its sockets. */
export const socketDirectoryLabel = 'gefyra-devenv/socket-directory';

const LONGEST_SOCKET_NAME_BYTES = 20;
const ABANDONED_AFTER_MS = 60_000;
const OURS = /^dial-[0-9a-f]{8}-[A-Za-z0-9]{6}$/;

/**
 * Makes a directory for the sockets of one container. The runtime directory above it keeps other users out, so the
 * directory itself is open: uid 0 without CAP_DAC_OVERRIDE must be able to write there.
 * Each creation gets its own, because a directory of the same name may be mounted in a container that still runs;
 * a label on the container remembers which.
 * Errors: `permission-missing` when the path would be too long for a socket, or the runtime directory belongs to somebody
 * else or cannot be made.
 */
export async function makeSocketDirectory(runtimeDirectory: string, containerName: string): Promise<string> {
  const hash = createHash('sha256').update(containerName).digest('hex').slice(0, 8);
  const prefix = join(runtimeDirectory, `dial-${hash}-`);
  refuseLongSocketPath(`${prefix}XXXXXX/${'x'.repeat(LONGEST_SOCKET_NAME_BYTES)}`);
  await makePrivateDirectory(runtimeDirectory);
  const directory = await mkdtemp(prefix);
  await chmod(directory, 0o777);
  return directory;
}

/** Removes a socket directory with what is in it. Nothing happens when it is not there or not ours to remove. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  // The path comes from a label, which anybody may write.
  if (!OURS.test(basename(directory))) return;
  // Best effort: another user's directory can only be removed by that user.
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}

/** Removes socket directories that no container uses: those of containers that the engine removed by itself. */
export async function sweepSocketDirectories(
  runtimeDirectory: string,
  inUse: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const names = await readdir(runtimeDirectory).catch(() => []);
  for (const name of names.filter((entry) => OURS.test(entry))) {
    const directory = join(runtimeDirectory, name);
    if (inUse.has(directory)) continue;
    const made = await lstat(directory).catch(() => undefined);
    // A young one may belong to a container that is being created this very moment.
    if (made === undefined || now - made.ctimeMs < ABANDONED_AFTER_MS) continue;
    await removeSocketDirectory(directory);
  }
}

/**
 * Whether sockets in it may be dialled as files: it is one of this user's own, which no other user may have put there.
 * False for the directory of another user, and for one that is not of this machine's file system.
 */
export async function isOwnSocketDirectory(directory: string): Promise<boolean> {
  if (!OURS.test(basename(directory))) return false;
  const isOwn = await isPrivateDirectory(dirname(directory)).catch(() => false);
  const facts = isOwn ? await lstat(directory).catch(() => undefined) : undefined;
  return facts?.isDirectory() === true;
}

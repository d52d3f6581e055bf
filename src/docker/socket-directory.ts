import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DevenvError, messageOf } from '../common/errors.ts';

/** Label that names the directory of this machine which a container shares for its sockets. */
export const socketDirectoryLabel = 'gefyra-devenv/socket-directory';

/** Longest path of a Unix socket, bytes. Kernels take 104 to 108; longer ones are cut off silently. */
export const MAX_SOCKET_PATH_BYTES = 100;

const LONGEST_SOCKET_NAME_BYTES = 20;
const ABANDONED_AFTER_MS = 60_000;
const OURS = /^dial-[0-9a-f]{8}-[A-Za-z0-9]{6}$/;

/**
 * Makes a directory for the sockets of one container. The runtime directory above it keeps other users out, so the
 * directory itself is open: uid 0 without CAP_DAC_OVERRIDE must be able to write there.
 * Each creation gets its own, because a directory of the same name may be mounted in a container that still runs;
 * a label on the container remembers which.
 * Errors: `engine-failed` when the path would be too long for a socket, `permission-missing` when the runtime
 * directory belongs to somebody else or cannot be made.
 */
export async function makeSocketDirectory(runtimeDirectory: string, containerName: string): Promise<string> {
  const hash = createHash('sha256').update(containerName).digest('hex').slice(0, 8);
  const prefix = join(runtimeDirectory, `dial-${hash}-`);
  refuseLongPath(`${prefix}XXXXXX/${'x'.repeat(LONGEST_SOCKET_NAME_BYTES)}`, runtimeDirectory);
  await makePrivate(runtimeDirectory);
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

/** Errors: `engine-failed` when a Unix socket cannot have this path. */
export function refuseLongPath(path: string, runtimeDirectory?: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes < MAX_SOCKET_PATH_BYTES) return;
  throw new DevenvError({
    code: 'engine-failed',
    message:
      runtimeDirectory === undefined
        ? `the socket path ${path} has ${bytes} bytes, and a Unix socket takes fewer than ${MAX_SOCKET_PATH_BYTES}`
        : `the runtime directory ${runtimeDirectory} is too long for Unix sockets: a socket in it would have a path of ${bytes} bytes, the limit is ${MAX_SOCKET_PATH_BYTES}`,
    hint: 'set XDG_RUNTIME_DIR to a shorter directory, such as /run/user/UID',
    owner: 'environment',
  });
}

async function makePrivate(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const facts = await lstat(directory);
    if (!facts.isDirectory()) throw new Error('it is no directory');
    if (process.getuid !== undefined && facts.uid !== process.getuid())
      throw new Error('it belongs to another user');
    if ((facts.mode & 0o077) !== 0) await chmod(directory, 0o700);
  } catch (error) {
    throw new DevenvError({
      code: 'permission-missing',
      message: `the runtime directory ${directory} cannot be used: ${messageOf(error)}`,
      hint: 'set XDG_RUNTIME_DIR to a directory of your own',
      owner: 'environment',
      cause: error,
    });
  }
}

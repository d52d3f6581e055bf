import { DevenvError } from '../common/errors.ts';

/** Longest path of a Unix socket, bytes: `sun_path` with its final zero has 108 on Linux, 104 elsewhere. */
const MOST_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * Systems cut a longer path off silently, so that two sockets of different names are one.
 * Errors: `permission-missing` when a Unix socket cannot have this path.
 */
export function refuseLongSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MOST_BYTES) return;
  throw new DevenvError({
    code: 'permission-missing',
    message: `the path of the socket ${path} has ${bytes} bytes; a Unix socket can have ${MOST_BYTES}`,
    hint: 'set XDG_RUNTIME_DIR to a shorter directory of your own, such as /run/user/UID',
    owner: 'environment',
  });
}

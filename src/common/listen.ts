import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import type { ListenOptions, Server } from 'node:net';

/**
 * Begins to listen, and resolves when it does. A caller that cannot be taken later on, e.g. for want of memory, is a
 * `trouble`, not the end of the program. Errors: the system's own, e.g. `EADDRINUSE`.
 */
export async function listen(
  server: Server,
  options: ListenOptions,
  trouble: (error: Error) => void,
): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
  server.on('error', trouble);
}

/**
 * Begins to listen on the path of a Unix socket, as `listen`. An earlier run of the program may have left one there. Who
 * may come is decided by the directory, which is private to the session's user; the socket itself belongs to root.
 */
export async function listenOnPath(
  server: Server,
  path: string,
  trouble: (error: Error) => void,
): Promise<void> {
  rmSync(path, { force: true });
  await listen(server, { path }, trouble);
  chmodSync(path, 0o777);
}

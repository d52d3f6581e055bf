import { once } from 'node:events';
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

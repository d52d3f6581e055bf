import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { DevenvError, systemCode } from '../common/errors.ts';
import { loadNative } from './native.ts';
import { isOwnPeer } from './peer.ts';
import { isPrivateDirectory, makePrivateDirectory } from './private-directory.ts';
import { refuseLongSocketPath } from './socket-path.ts';

/** What comes of dialling: nobody listens, somebody does but does not come to take callers, or a connection. */
export type Dialled = 'nobody' | 'busy' | Socket;

/**
 * Dials a socket in a private directory. `nobody` only where the system says so: whoever is busy or stopped is there.
 * Errors: `permission-missing` when the directory or whoever listens is not this user's; the system's own.
 */
export async function dialPrivately(path: string): Promise<Dialled> {
  refuseLongSocketPath(path);
  if (!(await isPrivateDirectory(dirname(path)))) return 'nobody';
  // Before the call: whoever answers and hangs up at once could not be asked for any more.
  await loadNative();
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nobody';
    if (code === 'EAGAIN') return 'busy';
    throw error;
  }
  socket.on('error', () => {});
  if (await isOwnPeer(socket)) return socket;
  socket.destroy();
  throw foreign(path);
}

/**
 * Listens on a socket in a private directory, in place of one that is left there: the caller knows that nobody listens.
 * Errors: `permission-missing` when the directory is not this user's; the system's own.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  refuseLongSocketPath(path);
  await makePrivateDirectory(dirname(path));
  await loadNative();
  rmSync(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
}

function foreign(path: string): DevenvError {
  return new DevenvError({
    code: 'permission-missing',
    message: `another user's program listens on ${path}`,
    hint: 'find out who put it there; `XDG_RUNTIME_DIR` may name a directory of your own',
    owner: 'environment',
  });
}

import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { cancelled, systemCode } from '../common/errors.ts';
import { failed } from './failed.ts';

/** Opens a stream to a Unix socket of a network, which lies in this user's directory. Errors: `container-failed`, `cancelled`. */
export function dial(path: string, signal?: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    const abort = () => {
      socket.destroy();
      reject(cancelled(`dialling ${path}`));
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => reject(failed(`nobody listens at ${path}: ${systemCode(error)}`)));
    socket.once('connect', () => {
      signal?.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}

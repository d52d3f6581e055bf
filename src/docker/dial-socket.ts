import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { cancelled, DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { refuseLongSocketPath } from '../runtime-directory/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { inspectContainer } from './containers.ts';
import { RelayStream } from './relay-stream.ts';
import { isOwnSocketDirectory } from './socket-directory.ts';

/** See `Engine.dialSocket`. */
export async function dialSocket(
  access: DockerAccess,
  containerId: string,
  socketPath: string,
  signal?: AbortSignal,
): Promise<Duplex> {
  refuseLongSocketPath(socketPath);
  const known = access.sockets.pathOf(containerId, socketPath);
  if (known !== undefined) {
    const direct = await directly(known, `${socketPath} in container ${containerId.slice(0, 12)}`, signal);
    if (direct !== undefined) return direct;
  }
  const raw = await inspectContainer(access, containerId);
  const place = `${socketPath} in container ${raw?.Name.replace(/^\//, '') ?? containerId}`;
  if (signal?.aborted) throw cancelled(`dialling ${place}`);
  if (raw === undefined) throw notReachable(place, 'there is no such container');
  if (!raw.State.Running) throw notReachable(place, `the container does not run (${raw.State.Status})`);
  if (access.info.sameKernel) access.sockets.learn(raw);
  const path = access.sockets.pathOf(raw.Id, socketPath);
  const direct = path === undefined ? undefined : await directly(path, place, signal);
  return direct ?? (await openRelay(access, raw.Id, socketPath, place, signal));
}

/** Undefined where the socket is out of this process's reach, or not of its user's making. Errors: `engine-failed` when nobody listens there. */
async function directly(path: string, place: string, signal?: AbortSignal): Promise<Duplex | undefined> {
  if (!(await isOwnSocketDirectory(dirname(path)))) return undefined;
  if (signal?.aborted) throw cancelled(`dialling ${place}`);
  const direct = await connectTo(path, place, signal);
  return direct === 'forbidden' ? undefined : direct;
}

function connectTo(path: string, place: string, signal?: AbortSignal): Promise<Duplex | 'forbidden'> {
  refuseLongSocketPath(path);
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    const settle = (finish: () => void) => {
      socket.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const onError = (error: Error) =>
      settle(() => {
        const code = systemCode(error);
        if (code === 'EACCES' || code === 'EPERM') return resolve('forbidden');
        const nobody = code === 'ENOENT' || code === 'ECONNREFUSED';
        reject(notReachable(place, nobody ? 'nobody listens there' : messageOf(error), error));
      });
    const onAbort = () =>
      settle(() => {
        socket.on('error', () => {});
        socket.destroy();
        reject(cancelled(`dialling ${place}`));
      });
    socket.once('error', onError);
    socket.once('connect', () => settle(() => resolve(socket)));
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function openRelay(
  access: DockerAccess,
  containerId: string,
  socketPath: string,
  place: string,
  signal?: AbortSignal,
): Promise<Duplex> {
  const doing = `run a relay to ${place}`;
  const connection = await ask(access.location, {
    doing,
    call: async () => {
      const exec = await access.docker.getContainer(containerId).exec({
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Cmd: [...access.relayCommand, socketPath],
      });
      // Not given the signal: the client would cut the stream whenever it aborts, long after dialling.
      return await exec.start({ hijack: true, stdin: true, Tty: false });
    },
  });
  const stream = new RelayStream(connection);
  const onAbort = () => stream.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    await stream.connected;
    return stream;
  } catch (error) {
    stream.on('error', () => {});
    stream.destroy();
    if (signal?.aborted) throw cancelled(`dialling ${place}`);
    throw notReachable(place, messageOf(error), error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function notReachable(place: string, why: string, cause?: unknown): DevenvError {
  return new DevenvError({
    code: 'engine-failed',
    message: `no connection to ${place}: ${why}`,
    owner: 'environment',
    ...(cause === undefined ? {} : { cause }),
  });
}

// One bench at a time: each removes whatever has the names of its own project and containers.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** In the kernel's own name space for sockets: it is free as soon as its process has ended, however that was. */
const NAME = '\0gefyra-devenv-bench';

/**
 * Makes this the only bench of this machine, until the process ends.
 * @param {string} [name] of the socket that stands for it
 * @returns {Promise<string | undefined>} undefined, or who the other one is that runs
 */
export async function otherBench(name = NAME) {
  const self = `process ${process.pid} in ${process.cwd()}`;
  const server = createServer((caller) => caller.on('error', () => {}).end(self));
  server.unref();
  server.listen({ path: name });
  try {
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return whoHolds(name);
  }
}

/** @param {string} name */
async function whoHolds(name) {
  const socket = connect({ path: name });
  let said = '';
  socket.setEncoding('utf8').on('data', (part) => {
    said += part;
  });
  // One that is stopped does not say who it is.
  socket.setTimeout(1000, () => socket.destroy());
  await once(socket, 'close').catch(() => {});
  return said === '' ? 'a process that does not answer' : said;
}

import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One TCP connection on loopback, half-open allowed: the end that dialled, and the one that was accepted. */
export async function aSocketPair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const outer = dial({ port: address.port, allowHalfOpen: true });
  const [inner] = await once(server, 'connection');
  server.close();
  // Whatever a test breaks off is broken off on purpose.
  for (const end of [outer, inner]) end.on('error', () => {});
  onTestFinished(() => {
    outer.destroy();
    inner.destroy();
  });
  return [outer, inner];
}

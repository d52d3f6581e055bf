import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { openFarPath } from '../cluster/far-path.mjs';

/**
 * One TCP connection on loopback, half-open allowed: the end that dialled, and the one that was accepted. `delayMs`: how
 * long each direction takes.
 */
export async function aSocketPair(delayMs = 0): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const path =
    delayMs === 0 ? undefined : await openFarPath({ host: '127.0.0.1', port: address.port }, { delayMs });
  const outer = dial({ port: path?.port ?? address.port, allowHalfOpen: true });
  const [inner] = await once(server, 'connection');
  server.close();
  // Whatever a test breaks off is broken off on purpose.
  for (const end of [outer, inner]) end.on('error', () => {});
  onTestFinished(() => {
    outer.destroy();
    inner.destroy();
    void path?.close();
  });
  return [outer, inner];
}

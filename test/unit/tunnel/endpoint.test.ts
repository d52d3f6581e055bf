import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { socketEndpoint } from '../../../src/tunnel/index.ts';

describe('breaking a socket off', () => {
  it('is a reset for its other end', async () => {
    const [outer, inner] = await aSocketPair();
    const error = once(outer, 'error');
    socketEndpoint(inner).abort();
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(inner.closed).toBe(true);
  });

  it('closes it also in the moment in which its end is sent, which the other end gets', async () => {
    const [outer, inner] = await aSocketPair();
    const errors: Error[] = [];
    inner.on('error', (error) => errors.push(error));
    const [ended, closed] = [once(outer.resume(), 'end'), once(inner, 'close')];
    inner.end();
    socketEndpoint(inner).abort();
    await Promise.all([ended, closed]);
    expect(errors).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leaves no descriptor, whenever it is done', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let round = 0; round < 5; round += 1) {
      const [outer, inner] = await aSocketPair();
      const closed = once(inner, 'close', { signal: AbortSignal.timeout(5000) });
      inner.end();
      socketEndpoint(inner).abort();
      await closed;
      outer.destroy();
    }
    expect(open()).toBeLessThan(before + 5);
  });
});

async function aSocketPair(): Promise<readonly [Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const outer = dial({ port: address.port, allowHalfOpen: true });
  const [inner] = await once(server, 'connection');
  server.close();
  outer.on('error', () => {});
  inner.on('error', () => {});
  onTestFinished(() => {
    outer.destroy();
    inner.destroy();
  });
  return [outer, inner];
}

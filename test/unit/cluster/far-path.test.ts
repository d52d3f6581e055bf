import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { behind, openFarPath } from '../../cluster/far-path.mjs';

const DELAY_MS = 30;

describe('a way to a far server', () => {
  it('takes a round trip more to open, and each direction its delay', async () => {
    const { caller, path, since } = await joined();
    caller.write('hello');
    await once(caller, 'data');
    expect(performance.now() - since).toBeGreaterThan(3.9 * DELAY_MS);
    const again = performance.now();
    caller.write('again');
    await once(caller, 'data');
    const ms = performance.now() - again;
    expect(ms).toBeGreaterThan(1.9 * DELAY_MS);
    // A busy machine takes its time besides.
    expect(ms).toBeLessThan(20 * DELAY_MS);
    expect(path.counts()).toEqual({ connections: 1, turns: 2, lost: 0 });
  });

  it('carries much at once, in order, and its end', async () => {
    const { caller } = await joined();
    const sent = Buffer.from(Uint32Array.from({ length: 1_000_000 }, (_, at) => at).buffer);
    const parts: Buffer[] = [];
    caller.on('data', (part: Buffer) => parts.push(part));
    const start = performance.now();
    caller.end(sent);
    await once(caller, 'end');
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
    // Nothing waits for a round trip between its pieces.
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('brings what is lost a retransmission later, and nothing before it', async () => {
    const { caller, path, since } = await joined({ loss: 1 });
    caller.write('hello');
    await once(caller, 'data');
    expect(performance.now() - since).toBeGreaterThan(400 + 3.9 * DELAY_MS);
    expect(path.counts().lost).toBe(2);
  });

  it('breaks on the one side when the other has broken', async () => {
    const { caller, served } = await joined();
    caller.write('hello');
    const [callee] = (await served) as [Socket];
    callee.resetAndDestroy();
    const [error] = await once(caller, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });
});

it('the server behind such a way is checked by the name that all of them have', () => {
  const server = 'https://10.0.0.1:6443';
  const config = { clusters: [{ name: 'one', cluster: { server } as Record<string, string> }] };
  expect(behind(config, { port: 7 })).toEqual({
    clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:7', 'tls-server-name': 'kubernetes' } }],
  });
  expect(config.clusters[0]?.cluster).toEqual({ server });
});

/** A caller of an echo behind such a way; all of it ends with the test. */
async function joined({ loss = 0 } = {}) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const served = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const path = await openFarPath({ host: '127.0.0.1', port }, { delayMs: DELAY_MS, loss });
  const since = performance.now();
  const caller = connect({ port: path.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  caller.on('error', () => {});
  await once(caller, 'connect');
  onTestFinished(async () => {
    caller.destroy();
    await path.close();
    server.close();
  });
  return { caller, path, served, since };
}

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { carry } from '../../../src/connection/route.ts';
import { BOUNDS, openTunnel, StreamBudget, serveTunnel } from '../../../src/tunnel/index.ts';

const MIB = 1024 * 1024;

it('a route goes on when all streams of a tunnel carry much in both directions at once', async () => {
  const [gatewayEnd, there] = await unixPair();
  const [agentEnd, here] = await unixPair();
  const stands = new Promise<void>(() => {});
  const ending = new AbortController();
  const carried = carry(
    'inbound',
    {
      tunnel: 'app',
      gateway: { dial: async () => there, closed: stands },
      agent: { dial: async () => here, closed: stands },
    },
    () => {},
    ending.signal,
  );
  serveTunnel(
    gatewayEnd,
    ({ stream, accept }) => {
      accept();
      stream.pipe(stream);
    },
    { budget: new StreamBudget(BOUNDS.gateway) },
  );
  const tunnel = openTunnel(agentEnd, { budget: new StreamBudget(BOUNDS.agent) });
  const echoed = Array.from({ length: 64 }, async () => {
    const { stream } = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: 80 });
    stream.end(Buffer.alloc(2 * MIB));
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    return bytes;
  });
  expect(new Set(await Promise.all(echoed))).toEqual(new Set([2 * MIB]));
  ending.abort();
  await carried;
}, 12_000);

/** Two ends of a connection whose buffers are small. */
async function unixPair(): Promise<[Socket, Socket]> {
  const directory = mkdtempSync(join(tmpdir(), 'route-'));
  const path = join(directory, 'socket');
  const server = createServer({ allowHalfOpen: true }).listen(path);
  await once(server, 'listening');
  const outer = dial({ path, allowHalfOpen: true });
  const [inner] = await once(server, 'connection');
  server.close();
  for (const end of [outer, inner]) end.on('error', () => {});
  onTestFinished(() => {
    outer.destroy();
    inner.destroy();
    rmSync(directory, { recursive: true, force: true });
  });
  return [outer, inner];
}

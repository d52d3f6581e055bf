import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { serveInbound } from '../../../src/gateway/inbound.ts';
import { openTunnel, serveTunnel } from '../../../src/tunnel/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

/** A tunnel to a gateway whose bridges lead to these ports; resolves to what becomes of a stream to a port. */
function aGateway(bridged: readonly number[]) {
  const [near, far] = duplexPair();
  const refused: number[] = [];
  serveTunnel(far, (incoming) =>
    serveInbound(incoming, {
      isBridged: (port) => bridged.includes(port),
      refused: (port) => refused.push(port),
    }),
  );
  const tunnel = openTunnel(near);
  onTestFinished(() => tunnel.destroy());
  return { tunnel, refused };
}

async function aServer() {
  let callers = 0;
  const server = createServer((socket) => {
    callers += 1;
    socket.end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, callers: () => callers };
}

it('lets streams in to a port that a bridge leads to', async () => {
  const { port } = await aServer();
  const { tunnel } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  await expect(opened.accepted).resolves.toBeUndefined();
});

it('lets none in to any other port of the service, such as that of a debugger', async () => {
  const debuggers = await aServer();
  const { tunnel, refused } = aGateway([8155]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: debuggers.port });
  await expect(opened.accepted).rejects.toThrow();
  await vi.waitFor(() => expect(debuggers.callers()).toBe(0));
  expect(refused).toEqual([]);
});

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { serveInbound } from '../../../src/gateway/inbound.ts';
import { UNREAD_MS } from '../../../src/gateway/unread.ts';
import { isReset, openTunnel, serveTunnel } from '../../../src/tunnel/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

/** A tunnel to a gateway whose bridges lead to these ports; resolves to what becomes of a stream to a port. */
function aGateway(bridged: readonly number[]) {
  const [near, far] = duplexPair();
  const refused: number[] = [];
  const listening = new Set(bridged);
  serveTunnel(far, (incoming) =>
    serveInbound(incoming, {
      isBridged: (port) => bridged.includes(port),
      refused: (port) => refused.push(port),
      listens: async (port) => listening.has(port),
    }),
  );
  const tunnel = openTunnel(near);
  onTestFinished(() => tunnel.destroy());
  return { tunnel, refused, listening };
}

async function aServer(serve = (socket: Socket): unknown => socket.end('hello')) {
  let callers = 0;
  const server = createServer((socket) => {
    callers += 1;
    socket.on('error', () => {});
    serve(socket);
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

/** Ends a connection as the kernel does for a program that has ended and read nothing. */
const reset = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 50);

it('refuses what a program that ended has not read, and tells that it is gone', async () => {
  const { port } = await aServer(reset);
  const { tunnel, refused, listening } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  opened.stream.write('GET / HTTP/1.1\r\n\r\n');
  listening.clear();
  await expect(opened.accepted).rejects.toThrow('status 502');
  expect(refused).toEqual([port]);
});

it.each<[string, readonly string[], boolean]>([
  ['by a program that is there', ['GET /'], true],
  ['after more than is read at once', ['x'.repeat(5000)], false],
  ['after what may have been read in part', ['POST /', 'body'], false],
])('breaks what was reset %s', async (_, pieces, listens) => {
  const { port } = await aServer(reset);
  const { tunnel, listening } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  if (!listens) listening.clear();
  for (const piece of pieces) {
    opened.stream.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await expect(opened.accepted).resolves.toBeUndefined();
  opened.stream.resume();
  await new Promise((resolve) => opened.stream.once('close', resolve));
  expect(isReset(opened.stream)).toBe(true);
});

it('breaks what was reset after something was answered', async () => {
  const { port } = await aServer((socket) => {
    socket.write('HTTP/1.1 200');
    reset(socket);
  });
  const { tunnel, listening } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  listening.clear();
  opened.stream.write('GET / HTTP/1.1\r\n\r\n');
  await expect(opened.accepted).resolves.toBeUndefined();
  opened.stream.resume();
  await new Promise((resolve) => opened.stream.once('close', resolve));
  expect(isReset(opened.stream)).toBe(true);
});

it('accepts a service that takes its time', async () => {
  const { port } = await aServer(() => {});
  const { tunnel } = aGateway([port]);
  const begun = performance.now();
  await tunnel.open({ kind: 'tcp', host: '127.0.0.1', port }).accepted;
  expect(performance.now() - begun).toBeLessThan(UNREAD_MS + 1000);
});

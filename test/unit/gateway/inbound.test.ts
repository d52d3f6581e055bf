import { once } from 'node:events';
import { createServer, type ServerOpts, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
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

/** `options`: whether it reads before it is told to. */
async function aServer(serve = (socket: Socket): unknown => socket.end('hello'), options: ServerOpts = {}) {
  let callers = 0;
  const server = createServer(options, (socket) => {
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

/** What a caller says until it has said all. */
function allOf(socket: Socket): Promise<string> {
  let said = '';
  return new Promise((resolve) => {
    socket
      .on('data', (chunk) => (said += chunk))
      .on('end', () => resolve(said))
      .resume();
  });
}

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

it.each([
  ['a head and a body that come one after the other', ['POST /', 'body', 'more of it']],
  ['more than a server reads at once', ['x'.repeat(100_000)]],
])('so it does with %s', async (_, pieces) => {
  const { port } = await aServer(reset, { pauseOnConnect: true });
  const { tunnel, refused, listening } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  listening.clear();
  for (const piece of pieces) {
    opened.stream.write(piece);
    await pause(5);
  }
  await expect(opened.accepted).rejects.toThrow('status 502');
  expect(refused).toEqual([port]);
});

it.each([
  ['a request', ['GET /'], 'GET /'],
  ['a request whose body comes later', ['POST /', 'body'], 'POST /body'],
])('%s that was not read comes to whoever listens there now', async (_, pieces, whole) => {
  let unread = 1;
  const { port, callers } = await aServer(
    async (socket) => {
      if (unread-- > 0) reset(socket);
      else socket.end(`got ${await allOf(socket)}`);
    },
    { pauseOnConnect: true, allowHalfOpen: true },
  );
  const { tunnel, refused } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  for (const piece of pieces) {
    opened.stream.write(piece);
    await pause(5);
  }
  opened.stream.end();
  await expect(text(opened.stream)).resolves.toBe(`got ${whole}`);
  expect([callers(), refused]).toEqual([2, []]);
});

it('what comes after the first piece is held back no longer than until the service reads', async () => {
  const { port } = await aServer(async (socket) => socket.end(`got ${(await allOf(socket)).length}`), {
    allowHalfOpen: true,
  });
  const { tunnel } = aGateway([port]);
  const begun = performance.now();
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  opened.stream.end(Buffer.alloc(1024 * 1024));
  await expect(text(opened.stream)).resolves.toBe(`got ${1024 * 1024}`);
  expect(performance.now() - begun).toBeLessThan(UNREAD_MS / 2);
});

it.each<[string, readonly string[], boolean]>([
  ['again and again by a program that is there', ['GET /'], true],
  ['after more than is read at once', ['x'.repeat(5000)], false],
  ['after what may have been read in part', ['POST /', 'body'], false],
])('breaks what was reset %s', async (_, pieces, listens) => {
  const { port } = await aServer(reset);
  const { tunnel, listening } = aGateway([port]);
  const opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port });
  if (!listens) listening.clear();
  for (const piece of pieces) {
    opened.stream.write(piece);
    await pause(10);
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

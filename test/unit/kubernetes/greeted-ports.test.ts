import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ClusterApi } from '../../../src/kubernetes/api.ts';
import { GreetedPorts, greetedAtOnce, untilGreeted } from '../../../src/kubernetes/greeted-ports.ts';
import { dialPod } from '../../../src/kubernetes/port-forward.ts';
import { control, dataHeader, FrameReader } from '../../../src/kubernetes/spdy.ts';
import { openAhead } from '../../../src/kubernetes/spdy-forward.ts';

const at = { namespace: 'shop', pod: 'app', port: 7000, greets: true };
const PATH = '/api/v1/namespaces/shop/pods/app/portforward';
const SYN_STREAM = 1;

it('a port is tried on one connection until its program greets, and that attempt is used', async () => {
  const node = await aNode({ listensFrom: 4 });
  const port = await untilGreeted(node.api, at, new AbortController().signal);
  port?.write('hello');
  expect(String((await once(port ?? expect.fail(), 'data'))[0])).toBe('hello');
  expect(node.upgrades()).toBe(1);
  expect(node.tries()).toBeGreaterThanOrEqual(4);
  port?.destroy();
});

it('the way is there before the first attempt, which waits until a program can have begun', async () => {
  const node = await aNode({ listensFrom: 1 });
  const begun = performance.now();
  const trying = untilGreeted(node.api, at, new AbortController().signal, 200);
  while (node.upgrades() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(node.tries()).toBe(0);
  const port = await trying;
  expect(performance.now() - begun).toBeGreaterThan(195);
  port?.destroy();
});

it('attempts do not wait for answers that take their time; those that are too many end', async () => {
  const node = await aNode({ listensFrom: 1, delayMs: 300 });
  const port = await untilGreeted(node.api, at, new AbortController().signal);
  expect(node.tries()).toBeGreaterThan(2);
  // The connection goes on with one of them.
  while (node.resets() < node.tries() - 1) await new Promise((resolve) => setTimeout(resolve, 10));
  port?.write('hello');
  expect(String((await once(port ?? expect.fail(), 'data'))[0])).toBe('hello');
  port?.destroy();
});

it('nobody tries any more when that is wanted', async () => {
  const node = await aNode({ listensFrom: 1_000_000 });
  const enough = new AbortController();
  const trying = untilGreeted(node.api, at, enough.signal);
  while (node.tries() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  enough.abort();
  expect(await trying).toBeUndefined();
  while (node.open() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

it('a connection that was opened ahead is used, each once', async () => {
  const node = await aNode({ listensFrom: 1 });
  openAhead(node.api, PATH, 3);
  while (node.upgrades() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const ports = [await dialPod(node.api, at), await dialPod(node.api, at), await dialPod(node.api, at)];
  expect(node.upgrades()).toBe(3);
  const another = await dialPod(node.api, at);
  expect(node.upgrades()).toBe(4);
  for (const port of [...ports, another]) port.destroy();
});

it('where SPDY was refused to a connection that was opened ahead, none is opened to hear it again', async () => {
  const node = await aNode({ listensFrom: 1, refuses: true });
  openAhead(node.api, PATH, 3);
  await expect(dialPod(node.api, at)).rejects.toBeDefined();
  expect(node.refusals()).toBe(3);
});

it('a port that has greeted is kept for who needs it next, once', async () => {
  const node = await aNode({ listensFrom: 1 });
  const ports = new GreetedPorts();
  const greeted = (await greetedAtOnce(node.api, at)) ?? expect.fail();
  ports.keep(at, greeted);
  expect(ports.take(at)).toBe(greeted);
  expect(ports.take(at)).toBeUndefined();
  ports.keep(at, greeted);
  greeted.destroy();
  await once(greeted, 'close');
  expect(ports.take(at)).toBeUndefined();
});

it('a port that was kept ends after some seconds when nobody has taken it, and not otherwise', async () => {
  const node = await aNode({ listensFrom: 1 });
  const [taken, left] = [await greetedAtOnce(node.api, at), await greetedAtOnce(node.api, at)];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const ports = new GreetedPorts();
  ports.keep(at, taken ?? expect.fail());
  ports.take(at);
  ports.keep(at, left ?? expect.fail());
  vi.advanceTimersByTime(60_000);
  expect([taken?.destroyed, left?.destroyed]).toEqual([false, true]);
  taken?.destroy();
});

it('a port on which nobody listens does not greet', async () => {
  const node = await aNode({ listensFrom: 1_000_000 });
  expect(await greetedAtOnce(node.api, at)).toBeUndefined();
});

/** A node with a pod whose program listens from that attempt on, greets, and echoes; its answers take so long. */
async function aNode({ listensFrom = 1, delayMs = 0, refuses = false }) {
  const counts = { upgrades: 0, tries: 0, resets: 0, refusals: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => {
    counts.refusals += 1;
    response.writeHead(400).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket) => {
    if (refuses) {
      if (request.headers.upgrade !== 'websocket') counts.refusals += 1;
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    counts.upgrades += 1;
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n');
    const say = (stream: number, text: string, last = false) =>
      setTimeout(() => {
        if (socket.writable)
          socket.write(Buffer.concat([dataHeader(stream, text.length, last), Buffer.from(text)]));
      }, delayMs);
    const frames = new FrameReader({
      data: (stream, part) => void (part.length > 0 && say(stream, String(part))),
      end: () => {},
      control: (kind, content) => {
        const stream = content.readUInt32BE(0);
        if (kind === control.reset) counts.resets += 1;
        // The second one of two carries the bytes.
        if (kind !== SYN_STREAM || stream % 4 !== 3) return;
        counts.tries += 1;
        if (counts.tries >= listensFrom) say(stream, '\n');
        else say(stream - 2, 'connection refused', true);
      },
    });
    socket.on('data', (bytes: Buffer) => frames.take(bytes));
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const api = {
    cluster: {
      server: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      context: 'test',
    },
    refusesSpdy: false,
    credentials: async () => ({ headers: {}, agent: undefined, auth: undefined }),
    keptConnection: async () => ({ headers: {}, agent: undefined, auth: undefined }),
  } as unknown as ClusterApi;
  return {
    api,
    upgrades: () => counts.upgrades,
    tries: () => counts.tries,
    resets: () => counts.resets,
    refusals: () => counts.refusals,
    open: () => sockets.size,
  };
}

import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { exchange } from '../../../src/exchange/index.ts';
import { openTunnel, serveTunnel, socketEndpoint } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';
import { aWorld, get, MINE, ok, post } from './world.ts';

const MEGABYTE = 1024 * 1024;

/** Sends so many bytes as fast as they are taken; `sent` counts. */
function send(stream: Duplex, bytes: number): { sent: number } {
  const block = Buffer.alloc(64 * 1024, 'x');
  const progress = { sent: 0 };
  const more = () => {
    while (progress.sent < bytes && !stream.destroyed) {
      const piece = block.subarray(0, bytes - progress.sent);
      progress.sent += piece.length;
      if (!stream.write(piece)) {
        stream.once('drain', more);
        return;
      }
    }
  };
  more();
  return progress;
}

/** Counts bytes without keeping them. */
function count(socket: Socket): { bytes: number } {
  const counted = { bytes: 0 };
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    counted.bytes += chunk.length;
  });
  return counted;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Resolves when a count does not grow any more. */
async function standsStill(value: () => number): Promise<number> {
  let before = -1;
  for (let same = 0; same < 30; same = value() === before ? same + 1 : 0) {
    before = value();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return before;
}

describe('bodies of any size', () => {
  const SIZE = 200 * MEGABYTE;

  it('pass in both directions in the memory of a few chunks', async () => {
    const { caller, original, exchange: exchanged } = await aWorld();
    const head = post('/', '').replace('Content-Length: 0', `Content-Length: ${SIZE}`);
    caller.send(head);
    const there = await original.connection();
    await there.has(head);
    const [up, down] = [count(there.socket), count(caller.socket)];
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 5);
    const before = process.memoryUsage().arrayBuffers;
    send(caller.socket, SIZE);
    await until(() => up.bytes === SIZE);
    const answer = ok('').replace('Length: 0', `Length: ${SIZE}`);
    there.send(answer);
    send(there.socket, SIZE);
    await until(() => down.bytes === SIZE + answer.length);
    clearInterval(watch);
    expect(most - before).toBeLessThan(64 * MEGABYTE);
    await until(() => !exchanged.isBusy());
  });

  it('are held back where nobody takes them', async () => {
    const { caller, original } = await aWorld();
    const head = post('/', '').replace('Content-Length: 0', `Content-Length: ${SIZE}`);
    caller.send(head);
    const there = await original.connection();
    await there.has(head);
    there.socket.pause();
    const up = send(caller.socket, SIZE);
    expect(await standsStill(() => up.sent)).toBeLessThan(32 * MEGABYTE);
    caller.socket.pause();
    there.send(ok('').replace('Length: 0', `Length: ${SIZE}`));
    const down = send(there.socket, SIZE);
    expect(await standsStill(() => down.sent)).toBeLessThan(32 * MEGABYTE);
    const [upBytes, downBytes] = [count(there.socket), count(caller.socket)];
    there.socket.resume();
    caller.socket.resume();
    await until(() => upBytes.bytes >= SIZE && downBytes.bytes >= SIZE);
  });

  it('of a request that waits for answers are held back, too', async () => {
    const { caller, original, mine } = await aWorld();
    caller.send(get('/0'));
    const there = await original.connection();
    await there.has(get('/0'));
    const head = post('/', '', MINE).replace('Content-Length: 0', `Content-Length: ${SIZE}`);
    caller.send(head);
    const up = send(caller.socket, SIZE);
    expect(await standsStill(() => up.sent)).toBeLessThan(32 * MEGABYTE);
    there.send(ok('0'));
    const here = await mine.connection();
    const counted = count(here.socket);
    await until(() => counted.bytes + here.text.length === SIZE + head.length);
  });
});

it('an answer that nobody wants does not hold up the one that takes its place', async () => {
  const size = 20 * MEGABYTE;
  const { caller, original, mine } = await aWorld((_, world) => ({
    to: world.mine,
    otherwise: world.original,
    passOn: [404],
  }));
  caller.socket.pause();
  caller.send(get('/'));
  const here = await mine.connection();
  await here.has(get('/'));
  here.send(`HTTP/1.1 404 x\r\nContent-Length: ${2 * size}\r\n\r\n`);
  const there = await original.connection();
  await there.has(get('/'));
  there.send(ok('').replace('Length: 0', `Length: ${size}`));
  const wanted = send(there.socket, size);
  await standsStill(() => wanted.sent);
  const unwanted = send(here.socket, size);
  await standsStill(() => unwanted.sent);
  const down = count(caller.socket);
  caller.socket.resume();
  await until(() => down.bytes > size);
});

it('requests without number that nobody answers are held back', async () => {
  const { caller, original } = await aWorld();
  caller.send(get('/'));
  const there = await original.connection();
  await there.has(get('/'));
  for (let index = 0; index < 1000; index += 1) caller.send(get('/'));
  await standsStill(() => there.text.length);
  expect(there.text.length).toBeLessThanOrEqual(64 * get('/').length);
  const taken = there.text.length / get('/').length;
  there.send(ok('x').repeat(taken));
  await there.includes(get('/').repeat(taken + 1));
});

it('many requests in a row are answered in their order, wherever they go', async () => {
  const { caller, original, mine } = await aWorld();
  for (const [name, upstream] of Object.entries({ original, mine }))
    void upstream.connection().then(({ socket }) => {
      let text = '';
      const answer = (chunk: Buffer | string) => {
        text += String(chunk);
        for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
          socket.write(ok(`${name}${text.split(' ')[1]}`));
          text = text.slice(end + 4);
        }
      };
      answer(upstream.connections[0]?.text ?? '');
      socket.on('data', answer);
    });
  const asked = Array.from({ length: 2000 }, (_, index) => ({
    path: `/${index}`,
    isMine: (index * 7919) % 13 < 5,
  }));
  caller.send(asked.map(({ path, isMine }) => get(path, ...(isMine ? [MINE] : []))).join(''));
  await caller.has(asked.map(({ path, isMine }) => ok(`${isMine ? 'mine' : 'original'}${path}`)).join(''));
});

describe('an upstream behind a tunnel', () => {
  it.each(['accepts', 'refuses', 'breaks'] as const)('that %s', async (how) => {
    const [near, far] = duplexPair();
    const tunnel = openTunnel(near);
    const served = serveTunnel(far, (incoming) => {
      if (how === 'refuses') return incoming.refuse();
      incoming.accept();
      incoming.stream.on('data', () =>
        how === 'accepts' ? incoming.stream.write(ok('mine')) : incoming.abort(),
      );
    });
    const [outer, inner] = await aSocketPair();
    exchange(socketEndpoint(inner), {
      choose: () => ({
        to: { key: 'mine', open: () => tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: 1 }) },
        otherwise: {
          key: 'original',
          open: () => {
            const [here, there] = duplexPair();
            there.once('data', () => there.write(ok('original')));
            return { stream: here, abort: () => here.destroy() };
          },
        },
      }),
      unreadable: () => {
        throw new Error('nothing is unreadable');
      },
    });
    outer.write(get('/'));
    if (how === 'breaks') expect(await once(outer, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    else {
      let text = '';
      outer.on('data', (chunk: Buffer) => {
        text += String(chunk);
      });
      const answer = ok(how === 'accepts' ? 'mine' : 'original');
      await until(() => text === answer);
    }
    tunnel.destroy();
    served.destroy();
  });
});

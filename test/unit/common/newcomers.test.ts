import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listen } from '../../../src/common/listen.ts';
import { type NewcomerLimits, Newcomers } from '../../../src/common/newcomers.ts';

/** A server that asks each caller for a byte: `y` is somebody. */
async function aServer(limits: NewcomerLimits) {
  const newcomers = new Newcomers(limits);
  const admitted: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void newcomers
      .admit(socket, async () => {
        const [byte] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        if (String(byte) === 'y') return true;
        socket.end('no');
        return undefined;
      })
      .then((somebody) => somebody === true && admitted.push(socket));
  });
  await listen(server, { port: 0, host: '127.0.0.1' }, () => {});
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const callers: Socket[] = [];
  onTestFinished(() => {
    for (const caller of callers) caller.destroy();
    server.close();
  });
  const call = async () => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
    callers.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  return { newcomers, admitted, call };
}

it('whoever says nothing is put out after some time, whoever is somebody stays', async () => {
  const { newcomers, admitted, call } = await aServer({ most: 10, ms: 200 });
  const [silent, somebody] = [await call(), await call()];
  somebody.write('y');
  await vi.waitFor(() => expect(newcomers.count).toBe(1));
  silent.resume();
  await once(silent, 'end');
  await vi.waitFor(() => expect(newcomers.count).toBe(0));
  expect(admitted.map(({ destroyed }) => destroyed)).toEqual([false]);
});

it('whoever is refused and does not go is put out as well, and what it sends is not kept', async () => {
  const { newcomers, call } = await aServer({ most: 10, ms: 300 });
  const refused = await call();
  refused.write('n');
  const [word] = await once(refused, 'data');
  expect(String(word)).toBe('no');
  expect(newcomers.count).toBe(1);
  await new Promise((taken) => refused.write('x'.repeat(10_000_000), taken));
  await vi.waitFor(() => expect(newcomers.count).toBe(0));
});

it('whoever is refused and goes is forgotten at once', async () => {
  const { newcomers, call } = await aServer({ most: 10, ms: 60_000 });
  const refused = await call();
  refused.end('n');
  refused.resume();
  await once(refused, 'close');
  await vi.waitFor(() => expect(newcomers.count).toBe(0));
});

it('a thousand that say nothing do not keep out one that does', async () => {
  const { newcomers, admitted, call } = await aServer({ most: 20, ms: 60_000 });
  for (let times = 0; times < 1000; times += 1) await call();
  const somebody = await call();
  somebody.write('y');
  await vi.waitFor(() => expect(admitted).toHaveLength(1));
  expect(newcomers.count).toBeLessThanOrEqual(20);
});

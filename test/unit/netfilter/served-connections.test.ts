import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import koffi from 'koffi';
import { expect, it } from 'vitest';
import { closeConnections, type ServedConnection } from '../../../src/netfilter/index.ts';

const SOL_IP = 0;
const IP_TRANSPARENT = 19;

/** All connections to a port; none is closed. */
function lookAt(port: number): readonly ServedConnection[] {
  const seen: ServedConnection[] = [];
  closeConnections(port, (connection) => {
    seen.push(connection);
    return false;
  });
  return seen;
}

it('sees that an answer has arrived which its caller will acknowledge with the next request', async () => {
  const server = createServer((socket) => socket.on('data', () => socket.write('answer'))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect(port, '127.0.0.1');
  // The first few answers of a connection are acknowledged at once.
  for (let asked = 0; asked < 30; asked += 1) {
    caller.write('request');
    await once(caller, 'data');
  }
  await pause(15);
  expect(lookAt(port)).toMatchObject([
    { pending: 0, received: 30 * 'request'.length, answered: 30 * 'answer'.length },
  ]);
  caller.destroy();
  server.close();
});

const isRoot = process.getuid?.() === 0;

it.runIf(isRoot)('tells the connections of a transparent proxy from others', async () => {
  const setsockopt = koffi
    .load('libc.so.6')
    .func('int setsockopt(int fd, int level, int name, uint8_t *value, uint32_t length)');
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const seen = async () => {
    const caller = connect(port, '127.0.0.1');
    caller.on('error', () => {});
    await once(caller, 'connect');
    await pause(20);
    const found = lookAt(port).map(({ isOfProxy }) => isOfProxy);
    caller.destroy();
    await pause(20);
    return found;
  };
  expect(await seen()).toEqual([false]);
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  expect(setsockopt(fd, SOL_IP, IP_TRANSPARENT, Buffer.from([1, 0, 0, 0]), 4)).toBe(0);
  expect(await seen()).toEqual([true]);
  server.close();
});

it('sees what a caller has not read', async () => {
  const answer = Buffer.alloc(16 * 1024 * 1024);
  const server = createServer((socket) => socket.on('error', () => {}).write(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect(port, '127.0.0.1').pause();
  await once(caller, 'connect');
  await pause(50);
  expect(lookAt(port)[0]?.pending).toBeGreaterThan(0);
  caller.destroy();
  server.close();
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { unreadBytes } from '../../../src/netfilter/index.ts';

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::', '::1'],
] as const)('what a server at %s has not read is told of its caller from %s', async (host, address) => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect(port, address);
  const [served] = (await once(server, 'connection')) as [Socket];
  for (const socket of [caller, served]) socket.on('error', () => {});
  onTestFinished(() => {
    caller.destroy();
    server.close();
  });
  const connection = { address, port, peerPort: caller.localPort ?? 0 };
  expect(unreadBytes(connection)).toBe(0);
  caller.write('question');
  await vi.waitFor(() => expect(unreadBytes(connection)).toBe(8));
  served.resume();
  await vi.waitFor(() => expect(unreadBytes(connection)).toBe(0));
  served.destroy();
  caller.destroy();
  await vi.waitFor(() => expect(unreadBytes(connection)).toBeUndefined());
});

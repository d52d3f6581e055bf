import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listeningPorts } from '../../../src/netfilter/listening-ports.ts';
import { listeningSockets } from '../../../src/netfilter/sock-diag.ts';

it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('asks the kernel who listens on %s', async (host) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(listeningSockets()).toContainEqual(expect.objectContaining({ port }));
  expect(await listeningPorts()).toContain(port);
  server.close();
  await once(server, 'close');
  expect(await listeningPorts()).not.toContain(port);
});

it('leaves out who listens where 127.0.0.1 does not lead', async () => {
  const server = createServer().listen(0, '127.0.0.2');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(listeningSockets()).toContainEqual({ port, address: '7f000002' });
  expect(await listeningPorts()).not.toContain(port);
  server.close();
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listeningPorts, parseListening } from '../../../src/netfilter/listening-ports.ts';
import { listeningSockets } from '../../../src/netfilter/sock-diag.ts';

it('finds the ports of listening sockets and of no others', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1FDB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   2: 0100007F:9C40 0100007F:1FDB 01 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '',
  ].join('\n');
  expect(parseListening(table)).toEqual([8155, 80]);
});

it.each(['127.0.0.1', '::1'])('asks the kernel who listens on %s', async (host) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(listeningSockets()).toContain(port);
  expect(await listeningPorts()).toContain(port);
  server.close();
  await once(server, 'close');
  expect(await listeningPorts()).not.toContain(port);
});

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { relayPorts } from '../../../src/gateway/relayed-ports.ts';
import { PublishedPorts } from '../../../src/linux/published-ports.ts';

it('a published port leads to what listens on loopback inside, and ends where nothing does', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rp-'));
  const service = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    let said = '';
    socket.on('data', (bytes) => {
      said += String(bytes);
    });
    socket.on('end', () => socket.end(`heard ${said}`));
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const target = (service.address() as AddressInfo).port;
  await relayPorts([target], join(directory, 'gateway.sock'));
  const wanted = { hostIp: '127.0.0.1', published: undefined, target, protocol: 'tcp' } as const;
  const published = await PublishedPorts.open(directory, [wanted]);
  onTestFinished(() => {
    published.close();
    rmSync(directory, { recursive: true });
  });
  const ask = async () => {
    const caller = connect({
      port: published.ports[0]?.published ?? 0,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    caller.on('error', () => {});
    caller.end('this');
    return text(caller).catch(() => '');
  };
  expect(await ask()).toBe('heard this');
  const taken = { ...wanted, published: published.ports[0]?.published };
  await expect(PublishedPorts.open(directory, [taken])).rejects.toMatchObject({ code: 'port-taken' });
  service.close();
  expect(await ask()).toBe('');
});

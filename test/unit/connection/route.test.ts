import { once } from 'node:events';
import { expect, it } from 'vitest';
import { carry } from '../../../src/connection/route.ts';
import { BOUNDS, openTunnel, StreamBudget, serveTunnel } from '../../../src/tunnel/index.ts';
import { unixPair } from '../../builders/unix-pair.ts';

const MIB = 1024 * 1024;
const WELCOME = { ok: true, version: 1, resolver: undefined } as const;

it('a route goes on when all streams of a tunnel carry much in both directions at once', async () => {
  const [gatewayEnd, there] = await unixPair();
  const [agentEnd, here] = await unixPair();
  const stands = new Promise<void>(() => {});
  const ending = new AbortController();
  const carried = carry(
    'inbound',
    {
      tunnel: 'app',
      gateway: { dial: async () => there, closed: stands },
      agent: { dial: async () => ({ duplex: here, welcome: Promise.resolve(WELCOME) }), closed: stands },
    },
    () => {},
    ending.signal,
  );
  serveTunnel(
    gatewayEnd,
    ({ stream, accept }) => {
      accept();
      stream.pipe(stream);
    },
    { budget: new StreamBudget(BOUNDS.gateway) },
  );
  const tunnel = openTunnel(agentEnd, { budget: new StreamBudget(BOUNDS.agent) });
  const echoed = Array.from({ length: 64 }, async () => {
    const { stream } = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: 80 });
    stream.end(Buffer.alloc(2 * MIB));
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    return bytes;
  });
  expect(new Set(await Promise.all(echoed))).toEqual(new Set([2 * MIB]));
  ending.abort();
  await carried;
}, 12_000);

it('a route carries what the gateway sends before the agent has welcomed it, and breaks where it is not welcomed', async () => {
  const [gatewayEnd, there] = await unixPair();
  const [agentEnd, here] = await unixPair();
  const stands = new Promise<void>(() => {});
  let refuse = (_why: Error) => {};
  const welcome = new Promise<typeof WELCOME>((_, reject) => {
    refuse = reject;
  });
  let isOpen = false;
  const carried = carry(
    'outbound',
    {
      tunnel: 'app',
      gateway: { dial: async () => there, closed: stands },
      agent: { dial: async () => ({ duplex: here, welcome }), closed: stands },
    },
    () => {
      isOpen = true;
    },
    new AbortController().signal,
  );
  gatewayEnd.write('early');
  expect(String((await once(agentEnd, 'data'))[0])).toBe('early');
  expect(isOpen).toBe(true);
  here.destroy();
  refuse(new Error('refused'));
  await carried;
  expect(there.destroyed).toBe(true);
});

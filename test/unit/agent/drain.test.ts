import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { drainConnections, OpenConnections } from '../../../src/agent/drain.ts';
import { QUIET } from '../../../src/agent/timings.ts';
import { pump, socketEndpoint } from '../../../src/tunnel/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** A caller's connection that goes through an agent to a service which answers each request at once. */
async function aConnection() {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [caller] = (await once(server, 'connection')) as [Socket];
  const [answers, service] = duplexPair();
  service.on('data', () => service.write(ANSWER));
  service.once('end', () => service.end());
  const pumped = pump(socketEndpoint(caller), { stream: answers, abort: () => answers.destroy() });
  const open = new OpenConnections().track(80, caller, pumped);
  undo.push(
    () => client.destroy(),
    () => caller.destroy(),
    () => server.close(),
  );
  const ask = async () => {
    client.write('GET / HTTP/1.1\r\n\r\n');
    const [answer] = await once(client, 'data');
    return String(answer);
  };
  return { client, ask, drained: () => drainConnections([open]) };
}

it('tells a caller that asks again and again in its next answer, instead of closing in between', async () => {
  const { client, ask, drained } = await aConnection();
  expect(await ask()).toBe(ANSWER);
  const over = drained();
  await pause(QUIET.recentMs / 2);
  expect(client.readableEnded).toBe(false);
  expect(await ask()).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n/);
  client.end();
  await over;
});

it('closes at once what has long been idle', async () => {
  const { client, ask, drained } = await aConnection();
  await ask();
  await pause(QUIET.recentMs + 50);
  const before = performance.now();
  await Promise.all([drained(), once(client, 'end')]);
  expect(performance.now() - before).toBeLessThan(QUIET.recentMs);
});

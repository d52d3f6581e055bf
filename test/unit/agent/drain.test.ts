import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type DrainTerms, drainConnections, OpenConnections } from '../../../src/agent/drain.ts';
import { DRAIN, QUIET } from '../../../src/agent/timings.ts';
import { pump, socketEndpoint } from '../../../src/tunnel/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** A caller's connection that goes through an agent to a service which answers each request at once. */
async function aConnection(answer: (service: Duplex) => void = (service) => void service.write(ANSWER)) {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [caller] = (await once(server, 'connection')) as [Socket];
  const [answers, service] = duplexPair();
  service.on('data', () => answer(service));
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
  const drained = (terms: Partial<DrainTerms> = {}) =>
    drainConnections([open], { deadlineMs: 5000, streamsEnd: 'soon', ...terms });
  return { client, ask, open, drained };
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

it('waits for an answer however long it takes, and tells its caller that it is the last one', async () => {
  const { ask, client, drained } = await aConnection((service) =>
    setTimeout(() => service.write(ANSWER), 1500),
  );
  const answer = ask();
  const over = drained({ deadlineMs: Number.POSITIVE_INFINITY, streamsEnd: 'last' });
  expect(await answer).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n/);
  client.end();
  expect(await over).toEqual([]);
});

it('cuts off what is not answered in time, and says whose it was', async () => {
  const { ask, client, drained } = await aConnection(() => {});
  client.on('error', () => {});
  ask().catch(() => {});
  await pause(20);
  const peer = `127.0.0.1:${client.localPort}`;
  const cut = await drained({ deadlineMs: 300 });
  expect(cut.map((open) => open.peer)).toEqual([peer]);
});

it('leaves a stream of events alone between two events, and ends it where streams end', async () => {
  const events = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n';
  const { ask, client, drained, open } = await aConnection((service) => void service.write(events));
  await ask();
  expect(open.isStream).toBe(true);
  let isWanted = true;
  const staying = drained({
    deadlineMs: Number.POSITIVE_INFINITY,
    streamsEnd: 'last',
    isWanted: () => isWanted,
  });
  await pause(1300);
  expect(client.readableEnded).toBe(false);
  isWanted = false;
  await staying;
  const [cut] = await Promise.all([drained(), once(client, 'end').then(() => client.end())]);
  expect(cut).toEqual([]);
});

it('ends a stream at once where its caller shall go elsewhere now', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
  const { ask, client, drained } = await aConnection((service) => void service.write(switching));
  await ask();
  const before = performance.now();
  await Promise.all([
    drained({ streamsEnd: 'at once' }),
    once(client, 'end').then(() => {
      expect(performance.now() - before).toBeLessThan(DRAIN.patientMs / 2);
      client.end();
    }),
  ]);
});

it('knows a WebSocket by its answer', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
  const { ask, open } = await aConnection((service) => void service.write(switching));
  await ask();
  expect(open.isStream).toBe(true);
});

it('does not take a pause within an answer for its end', async () => {
  const { ask, client, drained } = await aConnection((service) => {
    service.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    setTimeout(() => service.write('1\r\nb\r\n'), 400);
    setTimeout(() => service.write('1\r\nc\r\n0\r\n\r\n'), 1200);
  });
  await ask();
  await pause(500);
  let text = '';
  client.on('data', (chunk) => {
    text += String(chunk);
  });
  const over = drained({ deadlineMs: 10_000 });
  await once(client, 'end');
  expect(text).toContain('c\r\n0');
  client.end();
  expect(await over).toEqual([]);
});

it('waits for the whole of an answer that says how long it is, however it pauses', async () => {
  const { client, ask, drained } = await aConnection((service) => {
    service.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok');
    setTimeout(() => service.write('ay'), 3 * QUIET.longMs);
  });
  expect(await ask()).toMatch(/ok$/);
  const over = drained({ deadlineMs: 10 * QUIET.longMs });
  expect(String((await once(client, 'data'))[0])).toBe('ay');
  await Promise.all([once(client, 'end'), over]);
});

it('cuts off, and names, an answer that is not whole in time', async () => {
  const { client, ask, drained } = await aConnection((service) => {
    service.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n');
  });
  await ask();
  client.on('error', () => {});
  const [cut] = await Promise.all([drained({ deadlineMs: 1500 }), once(client, 'close')]);
  expect(cut).toHaveLength(1);
});

it('does not end a connection whose next request waits to be read, because this program stood still', async () => {
  const { client, ask, drained } = await aConnection();
  await ask();
  await pause(20);
  client.write('GET / HTTP/1.1\r\n\r\n');
  // Nothing is read in so long a turn.
  for (const until = performance.now() + QUIET.recentMs + 50; performance.now() < until; );
  const over = drained();
  expect(String((await once(client, 'data'))[0])).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n/);
  client.end();
  await over;
});

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Pump, pump, socketEndpoint } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const MEGABYTE = 1024 * 1024;
const PIECE = 64 * 1024;

/** Bytes of which each stretch differs from the next, so that a lost or doubled one is noticed. */
function manyBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** Everything that comes until the end; the stream stays open for what goes the other way. */
async function read(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

/** Sends many bytes in pieces, as fast as they are taken, and then the end. */
function send(bytes: Buffer, to: Duplex): void {
  const pieces = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, index) =>
    bytes.subarray(index * PIECE, (index + 1) * PIECE),
  );
  Readable.from(pieces).pipe(to);
}

/** Resolves when a count has begun to grow, and then has not for so long that it is not going to. */
async function standsStill(count: () => number): Promise<number> {
  let before = 0;
  for (let same = 0; same < 200; same = count() === before && before > 0 ? same + 1 : 0) {
    before = count();
    await turn();
  }
  return before;
}

interface Pumped {
  readonly client: Duplex;
  readonly service: Duplex;
  readonly pumped: Pump;
  readonly done: Promise<void>;
}

/** A client, a pump, a service: in memory. */
function inMemory(keep?: number): Pumped & { readonly callee: Duplex } {
  const [client, caller] = duplexPair();
  const [callee, service] = duplexPair();
  const pumped = pump(
    { stream: caller, abort: () => caller.destroy() },
    { stream: callee, abort: () => callee.destroy() },
    keep === undefined ? {} : { keep },
  );
  return { client, service, pumped, callee, done: new Promise((resolve) => pumped.whenDone(resolve)) };
}

/** A client, a pump, a service: over TCP. */
async function overTcp(): Promise<Pumped & { readonly client: Socket; readonly service: Socket }> {
  const [client, caller] = await aSocketPair();
  const [service, callee] = await aSocketPair();
  const pumped = pump(socketEndpoint(caller), socketEndpoint(callee));
  return { client, service, pumped, done: new Promise((resolve) => pumped.whenDone(resolve)) };
}

describe.each([
  ['memory', async () => inMemory()],
  ['TCP', overTcp],
])('a pump over %s', (_, start) => {
  it('carries both directions, each closed on its own', async () => {
    const { client, service, pumped, done } = await start();
    client.end('question');
    expect(String(await read(service))).toBe('question');
    service.end('answer');
    expect(String(await read(client))).toBe('answer');
    await done;
    expect([pumped.asked.bytes, pumped.answered.bytes]).toEqual([8, 6]);
  });

  it('lets the service end first, and the client go on', async () => {
    const { client, service, done } = await start();
    service.end('bye');
    expect(String(await read(client))).toBe('bye');
    client.end('one more thing');
    expect(String(await read(service))).toBe('one more thing');
    await done;
  });

  it.each(['client', 'service'] as const)(
    'holds a %s back that nobody reads from, and loses nothing',
    async (who) => {
      const { client, service, pumped } = await start();
      const [from, to] = who === 'client' ? [client, service] : [service, client];
      const sent = manyBytes(32 * MEGABYTE);
      send(sent, from);
      const carried = who === 'client' ? pumped.asked : pumped.answered;
      expect(await standsStill(() => carried.bytes)).toBeLessThan(sent.length);
      expect(sent.equals(await read(to))).toBe(true);
    },
  );
});

describe('a pump', () => {
  it.each(['client', 'service'] as const)('passes a reset by the %s on as a reset', async (who) => {
    const { client, service, done } = await overTcp();
    client.write('x');
    await once(service, 'data');
    const [from, to] = who === 'client' ? [client, service] : [service, client];
    const failure = once(to, 'error');
    from.resetAndDestroy();
    expect(await failure).toMatchObject([{ code: 'ECONNRESET' }]);
    await done;
  });

  it('lets as much wait as its slack says before it holds a side back, and loses nothing of it', async () => {
    const waiting = async (slack: number) => {
      const [client, caller] = duplexPair();
      const [callee, service] = duplexPair();
      const pumped = pump(
        { stream: caller, abort: () => caller.destroy() },
        { stream: callee, abort: () => callee.destroy() },
        { slack },
      );
      const sent = manyBytes(4 * MEGABYTE);
      send(sent, client);
      const waits = await standsStill(() => pumped.asked.bytes);
      expect(sent.equals(await read(service))).toBe(true);
      return waits;
    };
    const without = await waiting(0);
    const more = (await waiting(MEGABYTE)) - without;
    expect(more).toBeGreaterThan(MEGABYTE - 2 * PIECE);
    expect(more).toBeLessThan(MEGABYTE + 2 * PIECE);
  });

  it('tells when each side spoke last, and whose turn it is', async () => {
    const { client, service, pumped } = inMemory();
    expect(pumped.isAsking).toBe(true);
    client.write('question');
    await once(service, 'data');
    const { at } = pumped.asked;
    service.write('answer');
    await once(client, 'data');
    expect(pumped.isAsking).toBe(false);
    expect(pumped.answered.at).toBeGreaterThan(at);
    client.write('again');
    await once(service, 'data');
    expect(pumped.isAsking).toBe(true);
    expect(pumped.asked.at).toBeGreaterThan(pumped.answered.at);
  });

  it('says that it is done also to whoever asks afterwards', async () => {
    const { client, service, pumped, done } = inMemory();
    client.destroy();
    service.destroy();
    await done;
    await new Promise<void>((resolve) => pumped.whenDone(resolve));
  });
});

describe('a pump that rewrites the beginnings of answers', () => {
  const rewrite = (chunk: Buffer, begins: boolean) =>
    begins ? Buffer.from(String(chunk).replace('answer', 'last answer')) : undefined;

  it('catches one that begins the very moment it is asked to', async () => {
    const { client, service, pumped } = await overTcp();
    client.write('question');
    await once(service, 'data');
    service.write('answer');
    pumped.readAnswers(rewrite);
    expect(String((await once(client, 'data'))[0])).toBe('last answer');
  });

  it('leaves the rest of an answer alone that has begun before, and catches the next', async () => {
    const { client, service, pumped } = inMemory();
    client.write('question');
    await once(service, 'data');
    service.write('answer');
    await once(client, 'data');
    pumped.readAnswers(rewrite);
    service.write('rest of the answer');
    expect(String((await once(client, 'data'))[0])).toBe('rest of the answer');
    client.write('question');
    await once(service, 'data');
    service.write('answer');
    expect(String((await once(client, 'data'))[0])).toBe('last answer');
  });

  it('sends what is not rewritten as it is', async () => {
    const { client, service, pumped } = inMemory();
    pumped.readAnswers(() => undefined);
    service.write('answer');
    expect(String((await once(client, 'data'))[0])).toBe('answer');
  });

  it('holds the service back all the same, and loses nothing', async () => {
    const { client, service, pumped } = await overTcp();
    client.write('question');
    await once(service, 'data');
    pumped.readAnswers((chunk, begins) =>
      begins ? Buffer.concat([Buffer.from('last '), chunk]) : undefined,
    );
    const sent = manyBytes(32 * MEGABYTE);
    send(sent, service);
    expect(await standsStill(() => pumped.answered.bytes)).toBeLessThan(sent.length);
    const got = await read(client);
    expect(String(got.subarray(0, 5))).toBe('last ');
    expect(sent.equals(got.subarray(5))).toBe(true);
  });
});

describe('the request that a pump carries', () => {
  it.each([
    ['HEAD / HTTP/1.1', 'HEAD '],
    ['GET / HTTP/1.1', 'GET /'],
    ['?', '?'],
  ])('is known by its beginning: %s', async (request, began) => {
    const { client, service, pumped } = inMemory();
    expect(pumped.asking).toBe('');
    client.write('PUT / HTTP/1.1');
    await once(service, 'data');
    client.write(' and more');
    await once(service, 'data');
    expect(pumped.asking).toBe('PUT /');
    service.write('answer');
    await once(client, 'data');
    client.write(request);
    await once(service, 'data');
    expect(pumped.asking).toBe(began);
  });
});

describe('a pump whose callee may refuse', () => {
  it('sends the first bytes and the end at once, and answers when the callee has accepted', async () => {
    const { client, service, pumped } = inMemory(1024);
    service.write('answer');
    client.end('question');
    expect(String((await once(service, 'data'))[0])).toBe('question');
    await turn();
    expect([service.readableEnded, client.readableLength]).toEqual([true, 0]);
    pumped.accept();
    expect(String((await once(client, 'data'))[0])).toBe('answer');
    expect(pumped.withdraw()).toBeUndefined();
  });

  it('gives all of it to another callee when refused, however much was sent early', async () => {
    const [client, caller] = await aSocketPair();
    const [callee, refusing] = duplexPair();
    refusing.resume();
    const sent = manyBytes(8 * MEGABYTE);
    send(sent, client);
    const keep = 64 * 1024;
    const offered = pump(socketEndpoint(caller), { stream: callee, abort: () => callee.destroy() }, { keep });
    // The chunk that exceeds the limit is the last.
    const early = await standsStill(() => offered.asked.bytes);
    expect([early >= keep, early < keep + PIECE]).toEqual([true, true]);
    const first = offered.withdraw() ?? [];
    expect(callee.destroyed).toBe(true);
    await new Promise<void>((resolve) => offered.whenDone(resolve));
    const [other, original] = duplexPair();
    pump(socketEndpoint(caller), { stream: other, abort: () => other.destroy() }, { first });
    expect(sent.equals(await read(original))).toBe(true);
    original.end('answer');
    expect(String(await read(client))).toBe('answer');
  });

  it('goes on with a caller it held back once the callee has accepted', async () => {
    const { client, service, pumped } = inMemory(16);
    const sent = manyBytes(MEGABYTE);
    send(sent, client);
    expect(await standsStill(() => pumped.asked.bytes)).toBeLessThan(sent.length);
    pumped.accept();
    expect(sent.equals(await read(service))).toBe(true);
  });

  it('breaks it off when the caller is gone before, and has nothing to give back', async () => {
    const [client, caller] = await aSocketPair();
    const [callee, service] = duplexPair();
    const pumped = pump(
      socketEndpoint(caller),
      { stream: callee, abort: () => callee.destroy() },
      { keep: 1024 },
    );
    client.write('question');
    await once(service, 'data');
    client.resetAndDestroy();
    await new Promise<void>((resolve) => pumped.whenDone(resolve));
    expect(callee.destroyed).toBe(true);
    expect(pumped.withdraw()).toBeUndefined();
  });
});

describe('a pump that frees', () => {
  /** Everything that a caller's socket gives a pump, and the two ends of what it is pumped through. */
  async function aFreeingPump(keep?: number) {
    const [client, caller] = await aSocketPair();
    const [service, callee] = await aSocketPair();
    const chunks: Buffer[] = [];
    caller.on('data', (chunk: Buffer) => chunks.push(chunk)).pause();
    const options = { frees: true, ...(keep === undefined ? {} : { keep }) };
    const pumped = pump(socketEndpoint(caller), socketEndpoint(callee), options);
    return { client, service, caller, callee, chunks, pumped };
  }

  it('has nothing of what it has passed on, which came as it was sent', async () => {
    const { client, service, chunks } = await aFreeingPump();
    const bytes = manyBytes(4 * MEGABYTE);
    send(bytes, client);
    expect((await read(service)).equals(bytes)).toBe(true);
    expect(chunks.length).toBeGreaterThan(0);
    expect(chunks.filter(({ length }) => length >= 4096)).toEqual([]);
  });

  it('gives back what it was to keep, whole', async () => {
    const { client, service, chunks, pumped } = await aFreeingPump(PIECE);
    const bytes = manyBytes(PIECE);
    client.write(bytes);
    service.resume();
    await standsStill(() => service.bytesRead);
    expect(Buffer.concat(pumped.withdraw() ?? []).equals(bytes)).toBe(true);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('leaves what was broken off to the collector', async () => {
    const { client, service, callee, chunks } = await aFreeingPump();
    send(manyBytes(16 * MEGABYTE), client);
    client.on('error', () => {});
    await standsStill(() => callee.writableLength);
    const before = chunks.at(-1)?.length;
    expect(before).toBeGreaterThanOrEqual(4096);
    callee.destroy();
    service.destroy();
    await once(callee, 'close');
    await turn();
    expect(chunks.at(-1)).toHaveLength(before ?? 0);
  });
});

import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchange, type Upstream } from '../../../src/exchange/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';
import { type ReadRequest, readByLlhttp } from '../http1/llhttp.ts';
import { anyRequests, cut, cuts } from '../http1/requests.ts';
import { aWorld, get, MINE, ok } from './world.ts';

/** A server that reads as Node's own does, and answers all that is complete. */
class ReadingUpstream implements Upstream {
  readonly key: string;
  /** What it has executed: one list for each connection. */
  readonly executed: (readonly ReadRequest[])[] = [];

  constructor(key: string) {
    this.key = key;
  }

  open() {
    const [near, far] = duplexPair();
    const number = this.executed.push([]) - 1;
    let bytes = Buffer.alloc(0);
    far.on('error', () => {});
    far.on('end', () => far.end());
    far.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const before = this.executed[number]?.length ?? 0;
      const requests = readByLlhttp(bytes).filter(({ end, isUpgrade }) => end !== undefined || isUpgrade);
      this.executed[number] = requests;
      for (const { isUpgrade, method } of requests.slice(before))
        far.write(ok(method === 'HEAD' ? '' : this.key, ...(isUpgrade ? ['Connection: close'] : [])));
    });
    near.on('error', () => {});
    return { stream: near, abort: () => near.destroy() };
  }

  get all(): readonly ReadRequest[] {
    return this.executed.flat();
  }
}

const isMine = ({ fields }: ReadRequest) =>
  fields.some((text, index) => index % 2 === 0 && /^x-mine$/i.test(text));

/** What a request says, wherever in the stream it was. */
const said = ({ method, target, minor, fields }: ReadRequest) =>
  JSON.stringify([method, target, minor, fields]);

/** Whether the requests of both, each in their order, are a beginning of all. */
function areMerged(all: readonly string[], some: readonly string[], others: readonly string[]): boolean {
  if (some.length + others.length === 0) return true;
  const [first] = all;
  if (first === undefined) return false;
  return (
    (some[0] === first && areMerged(all.slice(1), some.slice(1), others)) ||
    (others[0] === first && areMerged(all.slice(1), some, others.slice(1)))
  );
}

/** Sends bytes through an exchange to two servers, and waits for the end. */
async function sent(
  pieces: readonly Buffer[],
): Promise<{ mine: ReadingUpstream; original: ReadingUpstream }> {
  const [caller, inner]: readonly [Duplex, Duplex] = duplexPair();
  const [mine, original] = [new ReadingUpstream('mine'), new ReadingUpstream('original')];
  const started = exchange(
    { stream: inner, abort: () => inner.destroy() },
    {
      choose: ({ fields }) =>
        fields.some(({ name }) => name.toLowerCase() === 'x-mine')
          ? { to: mine, otherwise: original }
          : { to: original },
      unreadable: () => original,
    },
  );
  caller.on('error', () => {});
  caller.resume();
  for (const piece of pieces) caller.write(piece);
  caller.end();
  await new Promise<void>((resolve) => started.whenDone(resolve));
  return { mine, original };
}

it('no request comes to another server than it would be taken for, nor twice, whatever the bytes are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyRequests, fc.boolean()), { minLength: 1, maxLength: 3 }),
      cuts,
      async (parts, sizes) => {
        const text = parts
          .map(([some, marked]) => (marked ? some.replace('\r\n', `\r\n${MINE}\r\n`) : some))
          .join('');
        const bytes = Buffer.from(text, 'latin1');
        const { mine, original } = await sent(cut(bytes, sizes));
        expect(mine.all.every(isMine)).toBe(true);
        const direct = readByLlhttp(bytes).map(said);
        expect(areMerged(direct, mine.all.map(said), original.all.map(said))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a request within another one', () => {
  const SMUGGLED = get('/smuggled', MINE);
  const post = (...lines: string[]) => ['POST / HTTP/1.1', 'Host: a', ...lines, '', ''].join('\r\n');

  it.each([
    ['two lengths', post('Content-Length: 0', `Content-Length: ${SMUGGLED.length}`)],
    ['two lengths, the other way round', post(`Content-Length: ${SMUGGLED.length}`, 'Content-Length: 0')],
    ['a length and chunks', `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['chunks and a length', `${post('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`],
    ['a coding that is not known', `${post('Transfer-Encoding: xchunked', 'Content-Length: 5')}0\r\n\r\n`],
    [
      'a coding with space before its colon',
      `${post('Transfer-Encoding : chunked', 'Content-Length: 5')}0\r\n\r\n`,
    ],
    ['a coding behind a tab', `${post('Transfer-Encoding:\x0bchunked')}0\r\n\r\n`],
    ['a coding in a folded line', `${post('Transfer-Encoding:', ' chunked')}0\r\n\r\n`],
    ['a coding behind a bare LF', `${post('X: y\nTransfer-Encoding: chunked')}0\r\n\r\n`],
    ['a coding behind a bare CR', `${post('X: y\rTransfer-Encoding: chunked')}0\r\n\r\n`],
    ['a length behind NUL', post('Content-Length: 0\0')],
    ['a head that ends by bare LF', 'POST / HTTP/1.1\nHost: a\n\n'],
    [
      'chunks in HTTP/1.0',
      `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['no Host', 'POST / HTTP/1.1\r\n\r\n'],
    ['two Hosts', post('Host: b')],
    ['an absolute target', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a huge head', post(`X: ${'y'.repeat(70_000)}`)],
    ['an empty line before', `\r\n${get('/0')}`],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('stays where all of it goes: %s', async (_, first) => {
    const { caller, original, mine, unreadable } = await aWorld();
    caller.send(first + SMUGGLED);
    const there = await original.connection();
    await there.has(first + SMUGGLED);
    expect(mine.connections).toHaveLength(0);
    expect(unreadable).toHaveLength(1);
  });

  it.each([
    ['a bare LF', '5\nhello\r\n0\r\n\r\n'],
    ['a size beyond numbers', 'fffffffffffffffff\r\n'],
    ['a size in another notation', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\n'],
    ['no line end after a chunk', '5\r\nhello0\r\n\r\n'],
    ['space after a size', '0 \r\n\r\n'],
    ['an extension that hides a line end', '0;a\n\r\n\r\n'],
    ['a trailer that is a length', '0\r\nContent-Length: 5\r\n\r\n'],
  ])('in chunks stays there, or is cut off: %s', async (_, body) => {
    const chunked = post('Transfer-Encoding: chunked');
    const toOriginal = await aWorld();
    toOriginal.caller.send(chunked + body + SMUGGLED);
    await (await toOriginal.original.connection()).has(chunked + body + SMUGGLED);
    expect(toOriginal.mine.connections).toHaveLength(0);

    const toMine = await aWorld();
    toMine.caller.send(post('Transfer-Encoding: chunked', MINE) + body + get('/smuggled'));
    expect(await toMine.caller.broken()).toBe('ECONNRESET');
    const here = toMine.mine.connections[0];
    await here?.closed();
    expect(here?.text ?? '').not.toContain('smuggled');
    expect(toMine.original.connections).toHaveLength(0);
  });
});

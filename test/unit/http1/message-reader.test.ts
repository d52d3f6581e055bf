import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLast,
  type MessageReader,
  type RequestHead,
  requestReader,
  responseReader,
  Unreadable,
} from '../../../src/http1/index.ts';
import { readByLlhttp } from './llhttp.ts';
import { anyRequests, cut, cuts, strictRequest } from './requests.ts';

interface Message<Head> {
  readonly head: Head;
  readonly headEnd: number;
  end?: number;
}

interface Found<Head> {
  readonly messages: readonly Message<Head>[];
  readonly why: string | undefined;
  /** All pieces, and what is left. */
  readonly bytes: Buffer;
}

function read<Head>(reader: MessageReader<Head>, pieces: readonly Buffer[]): Found<Head> {
  const messages: Message<Head>[] = [];
  const all: Buffer[] = [];
  let length = 0;
  let why: string | undefined;
  const take = (bytes: Buffer) => {
    all.push(bytes);
    length += bytes.length;
  };
  for (const chunk of pieces) {
    reader.push(chunk);
    for (let piece = reader.next(); piece !== undefined && why === undefined; piece = reader.next()) {
      if (piece instanceof Unreadable) why = piece.why;
      else if (piece.kind === 'body') take(piece.bytes);
      else if (piece.kind === 'head') {
        take(piece.bytes);
        messages.push({ head: piece.head, headEnd: length });
      } else {
        const last = messages.at(-1);
        if (last !== undefined) last.end = length;
      }
    }
  }
  take(reader.rest());
  return { messages, why, bytes: Buffer.concat(all) };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('a reader of requests', () => {
  it('reads all that the strict grammar allows, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(strictRequest, { minLength: 1, maxLength: 4 }), cuts, (requests, sizes) => {
        const bytes = latin1(requests.join(''));
        const { messages, why, bytes: found } = read(requestReader(), cut(bytes, sizes));
        expect(why).toBeUndefined();
        let end = 0;
        const ends = requests.map((request) => (end += request.length));
        expect(messages.map((message) => message.end)).toEqual(ends);
        expect(found.equals(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('reads nothing otherwise than llhttp, and loses no byte', () => {
    fc.assert(
      fc.property(anyRequests, cuts, (text, sizes) => {
        const bytes = latin1(text);
        const { messages, bytes: found } = read(requestReader(), cut(bytes, sizes));
        expect(found.equals(bytes)).toBe(true);
        const others = readByLlhttp(bytes);
        for (const [index, { head, headEnd, end }] of messages.entries()) {
          const other = others[index];
          expect(seen(head, headEnd, other?.isUpgrade ? undefined : end)).toEqual(
            other && {
              ...other,
              isUpgrade: undefined,
              end: other.isUpgrade || end === undefined ? undefined : other.end,
            },
          );
          // Nothing of what follows is looked at.
          if (other?.isUpgrade || isLast(head)) break;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(anyRequests, cuts, (text, sizes) => {
        const bytes = latin1(text);
        const whole = read(requestReader(), [bytes]).messages;
        expect(read(requestReader(), cut(bytes, sizes)).messages).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a reader of requests that come byte by byte', () => {
  const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n';

  /** After how many bytes it says that it cannot read on. */
  function noticed(text: string): number | undefined {
    const reader = requestReader();
    for (const [index, byte] of [...latin1(text)].entries()) {
      reader.push(Buffer.of(byte));
      for (let piece = reader.next(); piece !== undefined; piece = reader.next())
        if (piece instanceof Unreadable) return index + 1;
    }
    return undefined;
  }

  it.each([
    ['TLS', '\x16'],
    ['HTTP/2', 'PRI'],
    ['a word that is no method', 'h'],
    ['another protocol', 'SS'],
    ['a method that is too long', 'GETS'],
    ['NUL', 'GET /\0'],
    ['a bare LF', 'GET / HTTP/1.1\n'],
    ['a bare LF further down', `${HEAD}x: y\n`],
    ['a bare CR', `${HEAD}x: y\rz`],
    ['an empty line with a bare LF', `${HEAD}\n`],
    ['an empty line before it', '\r'],
  ])('notices at once what will never become one: %s', (_, text) => {
    expect(noticed(text.slice(0, -1))).toBeUndefined();
    expect(noticed(text)).toBe(text.length);
  });

  it.each([
    ['no size', '\r'],
    ['a sign', '+'],
    ['a prefix', '0x'],
    ['space before a size', ' '],
    ['space after a size', '5 '],
    ['a tab after a size', '5\t'],
    ['a bare LF after a size', '5\n'],
    ['a bare CR after a size', '5\rx'],
    ['a size beyond all numbers', '0'.repeat(14)],
    ['a chunk that is longer than it says', '1\r\nab'],
    ['a chunk with a bare LF after it', '1\r\na\n'],
    ['a chunk with a bare CR after it', '1\r\na\r1'],
    ['an extension without name', '5;\r'],
    ['an extension without value', '5;a=\r'],
    ['space in an extension', '5;a '],
    ['a control character in quotes', '5;a="\x01'],
    ['something after quotes', '5;a="b"c'],
    ['no end of the last chunk', '0\r\n\n'],
    ['a trailer that is folded', '0\r\na: b\r\n '],
    ['a trailer with space before its colon', '0\r\na '],
    ['a trailer without a name', '0\r\n:'],
    ['a trailer with a bare LF', '0\r\na: b\n'],
    ['NUL in a trailer', '0\r\na: \0'],
    ['a length as a trailer', '0\r\ncontent-Length:'],
    ['a coding as a trailer', '0\r\nTransfer-Encoding:'],
    ['a Host as a trailer', '0\r\nhost:'],
    ['extensions without end', `1;a=${'b'.repeat(8191)}`],
    ['trailers without end', `0\r\na:${' '.repeat(64 * 1024 - 1)}`],
  ])('lets no byte pass after what a chunked body cannot have: %s', (_, body) => {
    const head = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    expect(noticed(head + body.slice(0, -1))).toBeUndefined();
    expect(noticed(head + body)).toBe(head.length + body.length);
  });

  it('reads a head of 64 KiB, and none that is longer', () => {
    const head = (length: number) => {
      const start = 'GET / HTTP/1.1\r\nHost: a\r\nx: ';
      return latin1(`${start}${'y'.repeat(length - start.length - 4)}\r\n\r\n`);
    };
    for (const size of [1, 1000, 1_000_000]) {
      const longest = read(requestReader(), cut(head(64 * 1024), [size]));
      expect(longest.messages).toHaveLength(1);
      const longer = read(requestReader(), cut(head(64 * 1024 + 1), [size]));
      expect(longer.why).toBe('its head is too long');
      expect(longer.bytes).toHaveLength(64 * 1024 + 1);
    }
  });

  it('takes time in proportion to their length', () => {
    const lines = Array.from({ length: 6000 }, (_, index) => `x${index}: y\r\n`).join('');
    const bytes = latin1(`${HEAD}${lines}\r\n`.repeat(4));
    const from = performance.now();
    expect(read(requestReader(), cut(bytes, [1])).messages).toHaveLength(4);
    expect(performance.now() - from).toBeLessThan(3000);
  });
});

describe('a reader of answers', () => {
  it('splits them by what was asked', () => {
    const text = [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nA: b\r\n\r\n',
      'HTTP/1.0 200\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    ];
    fc.assert(
      fc.property(cuts, (sizes) => {
        const reader = responseReader(() => 'GET');
        const { messages, why } = read(reader, cut(latin1(text.join('')), sizes));
        expect(why).toBeUndefined();
        expect(messages.map(({ head }) => head.status)).toEqual([100, 200, 204, 200, 200]);
        const whole = text.slice(0, 4).map((_, index) => text.slice(0, index + 1).join('').length);
        expect(messages.map(({ end }) => end)).toEqual([...whole, undefined]);
      }),
    );
    expect(
      read(
        responseReader(() => 'HEAD'),
        [latin1(text[1]?.slice(0, -2) ?? '')],
      ).messages[0]?.end,
    ).toBe(38);
  });

  it('reads nothing after a switch of protocols', () => {
    const text = 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n';
    const reader = responseReader(() => 'GET');
    const { messages, why, bytes } = read(reader, [latin1(`${text}HTTP/1.1 200 OK\r\n\r\n`)]);
    expect([messages.length, why]).toEqual([1, undefined]);
    expect(bytes.length).toBeGreaterThan(text.length);
  });

  it('notices at once that it is something else', () => {
    const reader = responseReader(() => 'GET');
    reader.push(latin1('220 mail'));
    expect(reader.next()).toBeInstanceOf(Unreadable);
    expect(reader.next()).toBeInstanceOf(Unreadable);
    expect(reader.rest().toString()).toBe('220 mail');
  });
});

it('a reader keeps no more than one chunk and the head that is not complete', () => {
  const reader = requestReader();
  reader.push(latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b'));
  expect(reader.hasMore).toBe(true);
  expect(reader.next()).toMatchObject({ kind: 'head' });
  expect([reader.isBetween, reader.hasMore]).toEqual([false, true]);
  expect(reader.next()).toEqual({ kind: 'end' });
  // Not taken yet: what comes goes behind it.
  reader.push(latin1(' HTTP/1.1\r\nHost: b\r\n'));
  expect(reader.next()).toBeUndefined();
  expect([reader.isBetween, reader.hasMore]).toEqual([false, false]);
  expect(reader.rest().toString()).toBe('GET /b HTTP/1.1\r\nHost: b\r\n');
});

function seen({ method, target, minor, fields }: RequestHead, headEnd: number, end: number | undefined) {
  const flat = fields.flatMap(({ name, value }) => [name, value]);
  return { method, target, minor, fields: flat, headEnd, end, isUpgrade: undefined };
}

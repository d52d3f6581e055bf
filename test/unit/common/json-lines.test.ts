import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import {
  encodeLine,
  MAX_FIRST_LINE_BYTES,
  MAX_LINE_BYTES,
  readFirstLine,
  readJsonLines,
} from '../../../src/common/json-lines.ts';

describe('the first line', () => {
  it('is read however it is cut up, and what follows stays in the stream', async () => {
    const stream = new PassThrough();
    const line = readFirstLine(stream);
    stream.write('he');
    stream.write('llo\nwor');
    expect(await line).toBe('hello');
    stream.end('ld');
    expect(String(Buffer.concat(await stream.toArray()))).toBe('world');
  });

  it('is not waited for when the stream ends, breaks, or is given up', async () => {
    const ended = new PassThrough();
    const broken = new PassThrough();
    const abort = new AbortController();
    const lines = [
      readFirstLine(ended.end('no line end')),
      readFirstLine(broken),
      readFirstLine(new PassThrough(), abort.signal),
    ];
    broken.destroy(new Error('broken'));
    abort.abort();
    const settled = await Promise.allSettled(lines);
    expect(settled.map((line) => line.status === 'rejected' && line.reason.message)).toEqual([
      'the connection closed before its first line',
      'broken',
      'the wait for the first line was aborted',
    ]);
  });

  it('is not waited for on a stream that broke before', async () => {
    const broken = new PassThrough().on('error', () => {});
    broken.destroy(new Error('broken'));
    await new Promise((resolve) => broken.once('close', resolve));
    await expect(readFirstLine(broken)).rejects.toThrow('broken');
    const closed = new PassThrough().destroy();
    await expect(readFirstLine(closed)).rejects.toThrow('closed before its first line');
  });

  it('is read no further than is allowed for somebody who may be anybody', async () => {
    for (const bytes of [MAX_FIRST_LINE_BYTES + 1, 1024 * 1024]) {
      const stream = new PassThrough();
      const line = readFirstLine(stream);
      stream.end('x'.repeat(bytes));
      await expect(line).rejects.toMatchObject({
        code: 'protocol-mismatch',
        message: 'the first line is longer than 16 KiB',
      });
    }
    const stream = new PassThrough();
    const line = readFirstLine(stream, undefined, 5);
    stream.end('hello\nworld');
    expect(await line).toBe('hello');
  });
});

describe('lines of JSON', () => {
  const values = async (chunks: readonly Buffer[], most?: number) => {
    const read: unknown[] = [];
    for await (const value of readJsonLines(Readable.from(chunks), undefined, most)) read.push(value);
    return read;
  };

  it('are read however they are cut up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ stringUnit: 'grapheme' })),
        fc.integer({ min: 1, max: 50 }),
        async (all, size) => {
          const bytes = Buffer.from(all.map((value) => `${encodeLine(value)}\n`).join(''));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
            bytes.subarray(at * size, (at + 1) * size),
          );
          expect(await values(chunks)).toEqual(all.map((value) => JSON.parse(JSON.stringify(value))));
        },
      ),
    );
  });

  it('are no longer than is allowed, however many come', async () => {
    expect(await values([Buffer.from('"12"\n"34"\n"56"\n')], 4)).toEqual(['12', '34', '56']);
    await expect(values([Buffer.from('"12'), Buffer.from('3"\n')], 4)).rejects.toMatchObject({
      code: 'protocol-mismatch',
      message: expect.stringContaining('a line is longer than'),
    });
  });

  it('that come byte by byte take no time for it', async () => {
    const from = performance.now();
    const chunks = Array.from({ length: 200_000 }, () => Buffer.from('1'));
    await expect(values(chunks, 150_000)).rejects.toThrow('longer');
    expect(performance.now() - from).toBeLessThan(5000);
    expect(MAX_LINE_BYTES).toBe(4_194_304);
  });

  it('are a value or an error that says what came, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array(),
            fc.string().map((text) => Buffer.from(text)),
          ),
        ),
        async (chunks) => {
          const outcome = await values(
            chunks.map((chunk) => Buffer.from(chunk)),
            50,
          ).catch((error) => error);
          expect(Array.isArray(outcome) || outcome instanceof DevenvError).toBe(true);
        },
      ),
    );
  });
});

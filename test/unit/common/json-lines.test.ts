import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readFirstLine } from '../../../src/common/json-lines.ts';

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
});

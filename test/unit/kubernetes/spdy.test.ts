import { once } from 'node:events';
import { createServer } from 'node:http';
import { constants, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import type { ClusterApi } from '../../../src/kubernetes/api.ts';
import { dataHeader, FrameReader, pong, StreamOpener } from '../../../src/kubernetes/spdy.ts';
import { forwardOverSpdy } from '../../../src/kubernetes/spdy-forward.ts';

/** Reads bytes in pieces of a size, and tells what came. */
function read(bytes: Buffer, size: number): readonly string[] {
  const told: string[] = [];
  const content = new Map<number, string>();
  const reader = new FrameReader({
    data: (stream, part) => content.set(stream, `${content.get(stream) ?? ''}${part}`),
    end: (stream) => told.push(`stream ${stream}: ${content.get(stream)}`),
    control: (kind, body) => told.push(`control ${kind}: ${body.toString('hex')}`),
  });
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
  return told;
}

it.each([1, 2, 3, 5, 8, 13, 1000])('reads frames that come in pieces of %i bytes', (size) => {
  const bytes = Buffer.concat([
    Buffer.from('80030002000000060000000301ff', 'hex'),
    dataHeader(3, 5),
    Buffer.from('hello'),
    Buffer.from('800300060000000400000002', 'hex'),
    dataHeader(3, 6, true),
    Buffer.from(' world'),
    dataHeader(1, 0, true),
  ]);
  expect(read(bytes, size)).toEqual([
    'control 2: 0000000301ff',
    'control 6: 00000002',
    'stream 3: hello world',
    'stream 1: ',
  ]);
});

it('writes the header of a data frame as the draft has it', () => {
  expect(dataHeader(3, 0x010203).toString('hex')).toBe('0000000300010203');
  expect(dataHeader(3, 0, true).toString('hex')).toBe('0000000301000000');
});

it('answers a ping with the same', () => {
  expect(pong(Buffer.from('00000002', 'hex')).toString('hex')).toBe('800300060000000400000002');
});

it('opens streams by frames whose headers are one compression', async () => {
  const opener = new StreamOpener();
  const bytes = await opener.frames([
    { id: 1, headers: { streamtype: 'error' }, ended: true },
    { id: 3, headers: { streamtype: 'data', port: '8155' }, ended: false },
  ]);
  const blocks: Buffer[] = [];
  const heads: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4) & 0xffffff;
    heads.push(`${bytes.toString('hex', at, at + 5)} stream ${bytes.readUInt32BE(at + 8)}`);
    blocks.push(bytes.subarray(at + 18, at + 8 + length));
    at += 8 + length;
  }
  expect(heads).toEqual(['8003000101 stream 1', '8003000100 stream 3']);
  const text = inflateSync(Buffer.concat(blocks), { finishFlush: constants.Z_SYNC_FLUSH });
  const word = (value: string) => `\0\0\0${String.fromCharCode(value.length)}${value}`;
  expect(text.toString()).toBe(
    `\0\0\0\x01${word('streamtype')}${word('error')}\0\0\0\x02${word('streamtype')}${word('data')}${word('port')}${word('8155')}`,
  );
});

it('bytes that are no frames are an error of ours, and little is kept of them', () => {
  const header = fc
    .constantFrom('80030006', '80030003', '80030001', '00000003', '00000001')
    .map((hex) => Buffer.from(hex, 'hex'));
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    header,
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const reader = new FrameReader({
        data: () => {},
        end: () => {},
        control: (kind, content) => {
          expect(content.length).toBeLessThanOrEqual(64 * 1024);
          if (kind === 3 || kind === 6) expect(content.length).toBeGreaterThanOrEqual(4);
        },
      });
      try {
        for (const bytes of parts) reader.take(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DevenvError);
      }
    }),
  );
});

it.each([
  ['a ping without a number', '8003000600000000'],
  ['a reset without a stream', '800300030000000201ff'],
  ['a control frame of megabytes', '8003000400ffffff00'],
  ['data after the end', `${dataHeader(3, 0, true).toString('hex')}${dataHeader(3, 1).toString('hex')}61`],
])('a forwarded port that sends %s is closed, and nothing else happens', async (_, hex) => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n');
    socket.write(Buffer.from(hex, 'hex'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const api = {
    cluster: { server: `http://127.0.0.1:${port}` },
    keptConnection: async () => ({ headers: {}, agent: undefined, auth: undefined }),
  } as unknown as ClusterApi;
  const forward = await forwardOverSpdy(api, { path: '/x', port: 80, greets: false });
  forward.resume();
  await new Promise<void>((closed) => (forward.closed ? closed() : forward.once('close', closed)));
  expect(forward.destroyed).toBe(true);
});

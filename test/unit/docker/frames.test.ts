import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { frameReader } from '../../../src/docker/frames.ts';

function aFrame(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

const pieces = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );

it('frames are read however they are cut up', () => {
  const frame = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 40 }), (frames, size) => {
      const seen = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)];
      const read = frameReader((kind, piece) => {
        seen[kind] = Buffer.concat([seen[kind] ?? Buffer.alloc(0), piece]);
      });
      const bytes = Buffer.concat(frames.map(([kind, content]) => aFrame(kind, content)));
      for (const piece of pieces(bytes, size)) read(piece);
      for (const kind of [1, 2]) {
        const all = Buffer.concat(frames.filter(([one]) => one === kind).map(([, content]) => content));
        expect(seen[kind]?.equals(all)).toBe(true);
      }
    }),
  );
});

it('bytes that are no frames are an error of ours, and never kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (bytes, size) => {
      let passed = 0;
      const read = frameReader((_, piece) => {
        passed += piece.length;
      });
      try {
        for (const piece of pieces(Buffer.from(bytes), size)) read(piece);
      } catch (error) {
        expect(error).toBeInstanceOf(DevenvError);
      }
      expect(passed).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

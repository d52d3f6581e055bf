import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { filesInTar, tarOf } from '../../../src/common/tar.ts';

const LIMIT = 1024 * 1024;
const file = (path: string, text = 'x') => ({
  path,
  content: Buffer.from(text),
  mode: 0o644,
  uid: 0,
  gid: 0,
  link: undefined,
});

it('files and links are as they were', async () => {
  const files = [
    file('a/b', 'hello'),
    { ...file('run', '#!'), mode: 0o750, uid: 1000, gid: 2000 },
    { ...file('l', ''), mode: 0o777, link: 'a/b' },
  ];
  expect(await filesInTar(Readable.from([await tarOf(files)]), LIMIT)).toEqual(files);
});

it('bytes are files or an error of ours, whatever is changed in an archive', async () => {
  const archive = await tarOf([file('a/b', 'hello'), file('c', 'x'.repeat(2000))]);
  const change = fc.tuple(fc.integer({ min: 0, max: archive.length - 1 }), fc.integer({ min: 0, max: 255 }));
  const changed = fc.tuple(fc.array(change, { maxLength: 5 }), fc.integer({ min: 0, max: archive.length }));
  const broken = changed.map(([changes, length]) => {
    const bytes = Buffer.from(archive);
    for (const [at, byte] of changes) {
      bytes[at] = byte;
      withChecksum(bytes);
    }
    return bytes.subarray(0, length);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(broken, fc.uint8Array({ maxLength: 3000 })), async (bytes) => {
      const outcome = await filesInTar(Readable.from([Buffer.from(bytes)]), LIMIT).catch((error) => error);
      expect(Array.isArray(outcome) || outcome instanceof DevenvError).toBe(true);
    }),
  );
});

it.each([
  ['a header that says gigabytes belong to it', () => header('x', 8_000_000_000, 'x')],
  ['a file of gigabytes', () => header('f', 8_000_000_000, '0')],
])('no more is read than is allowed: %s', async (_, first) => {
  let read = 0;
  const endless = new Readable({
    read() {
      this.push(read === 0 ? first() : Buffer.alloc(64 * 1024, 'x'));
      read += 64 * 1024;
    },
  });
  await expect(filesInTar(endless, LIMIT)).rejects.toMatchObject({
    code: 'files-unreadable',
    message: expect.stringMatching(/more than 1 MiB|exceeds/),
  });
  expect(read).toBeLessThan(4 * LIMIT);
  expect(endless.destroyed).toBe(true);
});

it('a size beyond all numbers is not waited for', async () => {
  const bytes = header('a', 5, '0');
  bytes[124] = 0x81;
  const archive = Readable.from([Buffer.concat([withChecksum(bytes), Buffer.alloc(512)])]);
  await expect(filesInTar(archive, LIMIT)).rejects.toMatchObject({ code: 'files-unreadable' });
});

it('a directory that says it has content is not waited for', async () => {
  const bytes = Buffer.concat([header('d/', 700, '5'), await tarOf([file('a')])]);
  const files = await filesInTar(Readable.from([bytes]), LIMIT);
  expect(files.map(({ path }) => path)).toEqual(['a']);
});

it('more entries than anybody needs are refused', async () => {
  const empty = header('d/', 0, '5');
  const many = Readable.from(
    (function* () {
      const some = Buffer.concat(Array.from({ length: 1000 }, () => empty));
      for (;;) yield some;
    })(),
  );
  await expect(filesInTar(many, 64 * LIMIT)).rejects.toThrow('entries');
}, 20_000);

it.each(['../up', 'a/../../up', '/../up', '..'])('a path that leads out is refused: %s', async (path) => {
  const writer = pack();
  writer.entry({ name: path }, 'x');
  writer.finalize();
  await expect(filesInTar(Readable.from(writer), LIMIT)).rejects.toThrow('leads out');
});

it('an archive that breaks off is an error, not a wait', async () => {
  const archive = new PassThrough();
  const files = filesInTar(archive, LIMIT);
  archive.write((await tarOf([file('a', 'x'.repeat(5000))])).subarray(0, 1000));
  await new Promise(setImmediate);
  archive.destroy();
  await expect(files).rejects.toMatchObject({ code: 'files-unreadable' });
  const broken = new PassThrough();
  const again = filesInTar(broken, LIMIT);
  broken.destroy(new Error('reset'));
  await expect(again).rejects.toThrow('reset');
  expect(broken.destroyed || (await once(broken, 'close'))).toBeTruthy();
});

/** A header of an entry. */
function header(name: string, size: number, type: string): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(name, 0);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(size.toString(8).padStart(12, '0').slice(-12), 124);
  bytes.write('00000000000\0', 136);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  return withChecksum(bytes);
}

/** Makes the first header valid again, so that what it says is believed. */
function withChecksum(bytes: Buffer): Buffer {
  bytes.fill(' ', 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

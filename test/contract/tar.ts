import { Readable } from 'node:stream';

/** A tar stream of small text files, by name. */
export function tarOf(files: Readonly<Record<string, string>>): Readable {
  return Readable.from([archiveOf(files)]);
}

/** The same as bytes. */
export function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => entry(name, Buffer.from(text)));
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

const BLOCK = 512;

function entry(name: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** A tar stream of small text files, by name. */
export function tarOf(files: Readonly<Record<string, string>>): Readable {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mode: 0o644 }, text);
  archive.finalize();
  return Readable.from(archive);
}

/** The same as bytes. */
export async function archiveOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return Buffer.concat(await tarOf(files).toArray());
}

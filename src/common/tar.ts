import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** A file or symbolic link of a directory that is carried somewhere else. */
export interface CarriedFile {
  /** Relative to the directory, with slashes. */
  readonly path: string;
  /** Bytes of a file; empty for a link. */
  readonly content: Buffer;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Where a symbolic link leads; undefined for a file. */
  readonly link: string | undefined;
}

/** The files and links in an archive, by its own paths. Errors: `Error` for bytes that are none, or more than `limit`. */
export async function filesInTar(archive: Readable, limit: number): Promise<readonly CarriedFile[]> {
  const files: CarriedFile[] = [];
  let size = 0;
  const reader = extract();
  archive.on('error', (error) => reader.destroy(error));
  for await (const entry of archive.pipe(reader)) {
    const { name, type, mode = 0, linkname } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new Error(`it holds more than ${limit / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
    if (type !== 'file' && type !== 'symlink') continue;
    files.push({
      path: name.replace(/^(\.?\/)+/, ''),
      content: Buffer.concat(chunks),
      executable: (mode & 0o100) !== 0,
      link: type === 'symlink' ? (linkname ?? '') : undefined,
    });
  }
  return files;
}

/** An archive of files and links that everybody may read. */
export async function tarOf(files: readonly CarriedFile[]): Promise<Buffer> {
  const writer = pack();
  for (const { path, content, executable, link } of files) {
    const mode = executable ? 0o755 : 0o644;
    if (link === undefined) writer.entry({ name: path, mode }, content);
    else writer.entry({ name: path, mode, type: 'symlink', linkname: link });
  }
  writer.finalize();
  return Buffer.concat(await Readable.from(writer).toArray());
}

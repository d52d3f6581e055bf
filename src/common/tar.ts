import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { DevenvError, messageOf } from './errors.ts';

/** A file or symbolic link of a directory that is carried somewhere else. */
export interface CarriedFile {
  /** Relative to the directory, with slashes; empty for a file that is carried alone. */
  readonly path: string;
  /** Bytes of a file; empty for a link. */
  readonly content: Buffer;
  /** Permission bits, e.g. 0o644; of a link they say nothing. */
  readonly mode: number;
  /** User and group that own it, by their numbers there. */
  readonly uid: number;
  readonly gid: number;
  /** Where a symbolic link leads; undefined for a file. */
  readonly link: string | undefined;
}

/** Bits of every link, and of a file whose archive says none. */
const LINK_MODE = 0o777;
const DEFAULT_MODE = 0o644;

/** More entries than that nobody has a use for; each costs memory, however small it is. */
const MOST_ENTRIES = 100_000;

/** What lengths and names of entries may take besides their content, bytes. */
const SLACK_BYTES = 1024 * 1024;

/**
 * The files and links in an archive, by its own paths; the archive is destroyed when it is not read to its end.
 * Errors: `files-unreadable` for bytes that are none, for content of more than `limit` bytes, and for a path that leads
 * out of the archive's directory.
 */
export async function filesInTar(archive: Readable, limit: number): Promise<readonly CarriedFile[]> {
  const reader = extract();
  // Headers are read as well, and one may say that gigabytes belong to it.
  const source = Readable.from(noMoreThan(archive, 2 * limit + SLACK_BYTES, () => tooLarge(limit)));
  source.on('error', (error) => reader.destroy(error));
  try {
    return await filesIn(source.pipe(reader), limit);
  } catch (error) {
    throw error instanceof DevenvError ? error : unreadable(`it is no archive: ${messageOf(error)}`);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

async function filesIn(entries: ReturnType<typeof extract>, limit: number): Promise<readonly CarriedFile[]> {
  const files: CarriedFile[] = [];
  let [size, count] = [0, 0];
  for await (const entry of entries) {
    const { name, type, mode, uid, gid, linkname } = entry.header;
    count += 1;
    if (count > MOST_ENTRIES) throw unreadable(`it holds more than ${MOST_ENTRIES} entries`);
    // One beyond all numbers is null, and would be waited for without end.
    if (typeof entry.header.size !== 'number') throw tooLarge(limit);
    // It has no content, and one whose header says otherwise would be waited for without end.
    if (type === 'directory') continue;
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
    if (type !== 'file' && type !== 'symlink') continue;
    const path = name.replace(/^(\.?\/)+/, '');
    if (path.split('/').includes('..')) throw unreadable(`the path ${name} leads out of it`);
    files.push({
      path,
      content: Buffer.concat(chunks),
      mode: type === 'symlink' ? LINK_MODE : (mode ?? DEFAULT_MODE) & 0o777,
      uid: owner(uid),
      gid: owner(gid),
      link: type === 'symlink' ? (linkname ?? '') : undefined,
    });
  }
  return files;
}

async function* noMoreThan(stream: Readable, most: number, error: () => Error): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > most) throw error();
    yield chunk;
  }
}

function tooLarge(limit: number): DevenvError {
  return unreadable(`it holds more than ${limit / 1024 / 1024} MiB`);
}

function unreadable(message: string): DevenvError {
  return new DevenvError({ code: 'files-unreadable', message, owner: 'environment' });
}

/** A number that a system can have for a user or a group; that of root in place of any other. */
function owner(id: number | undefined): number {
  return id !== undefined && Number.isInteger(id) && id >= 0 && id < 2 ** 31 ? id : 0;
}

/**
 * The files of an archive of one directory or file, which begins with its name: relative to it. A file alone has an empty
 * path. Pure.
 */
export function belowTop(files: readonly CarriedFile[]): readonly CarriedFile[] {
  return files.map((file) => ({ ...file, path: file.path.replace(/^[^/]+(\/|$)/, '') }));
}

/** An archive of files and links with their owners and permission bits. */
export async function tarOf(files: readonly CarriedFile[]): Promise<Buffer> {
  const writer = pack();
  for (const { path, content, mode, uid, gid, link } of files) {
    if (link === undefined) writer.entry({ name: path, mode, uid, gid }, content);
    else writer.entry({ name: path, mode, uid, gid, type: 'symlink', linkname: link });
  }
  writer.finalize();
  return Buffer.concat(await Readable.from(writer).toArray());
}

/** An archive of files and links at absolute paths, each with its owner and permission bits. */
export async function tarOfFiles(
  files: readonly {
    readonly target: string;
    readonly content: string;
    readonly link?: string;
    readonly uid: number;
    readonly gid: number;
    readonly mode: number;
  }[],
): Promise<Buffer> {
  const writer = pack();
  for (const { target, content, link, uid, gid, mode } of files) {
    const name = target.replace(/^\/+/, '');
    if (link === undefined) writer.entry({ name, uid, gid, mode }, content);
    else writer.entry({ name, uid, gid, mode, type: 'symlink', linkname: link });
  }
  writer.finalize();
  return Buffer.concat(await Readable.from(writer).toArray());
}

import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { cancelled } from './errors.ts';

/** Why a file is not read: it is there, and it is none that ends, or ends soon enough. */
export class UnfitFile extends Error {
  /** The next action that helps. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UnfitFile';
    this.hint = hint;
  }
}

const CHUNK_BYTES = 64 * 1024;

/**
 * The content of a regular file, at the end of a link perhaps, of at most `limitBytes`. Devices and pipes are neither
 * read nor waited for: who wrote the path is not always who runs the program.
 * Errors: `UnfitFile`; `cancelled` when `signal` aborts between two pieces; the system's, such as `ENOENT`.
 */
export async function readRegularFile(
  file: string,
  limitBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  // Before it is opened, too: to be opened is enough for some devices to do something.
  refuseUnfit(await stat(file), limitBytes);
  // It may be another one by now. A pipe would not be open before somebody writes, and then nothing ends this process.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    refuseUnfit(await handle.stat(), limitBytes);
    return await readAll(handle, file, limitBytes, signal);
  } finally {
    await handle.close();
  }
}

/** What kind of file it is, as it reads in a sentence. */
export function kindOfFile(
  stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket' | 'isSymbolicLink'>,
): 'a file' | 'a directory' | 'a named pipe' | 'a socket' | 'a link' | 'a device' {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isSymbolicLink() ? 'a link' : 'a device';
}

/** A size as people write it; limits are whole ones. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes} bytes`;
}

function refuseUnfit(stats: Stats, limitBytes: number): void {
  const kind = kindOfFile(stats);
  if (kind !== 'a file')
    throw new UnfitFile(
      `it is ${kind}, not a regular file`,
      'write what it gives to a file, and name that one',
    );
  if (stats.size > limitBytes) throw tooLarge(limitBytes);
}

/** What the system says of a size is not always true: files of /proc have none. */
async function readAll(
  handle: FileHandle,
  file: string,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let total = 0; ; ) {
    if (signal?.aborted) throw cancelled(`reading ${file}`);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
    if (bytesRead === 0) return Buffer.concat(chunks);
    total += bytesRead;
    if (total > limitBytes) throw tooLarge(limitBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function tooLarge(limitBytes: number): UnfitFile {
  return new UnfitFile(`it is larger than ${sizeText(limitBytes)}`, 'is it the file that was meant?');
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files the image is built from. */
export interface ImageContext {
  /** Directory of the Dockerfile and everything it copies. */
  readonly directory: string;
  /** Names and contents in twelve hexadecimal digits: another program, another key. */
  readonly key: string;
  /** Paths below the directory, sorted. */
  readonly files: readonly string[];
}

/** Reads a directory as an image context. Errors: the file system's. */
export async function readImageContext(directory: string): Promise<ImageContext> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update(await readFile(join(directory, file)));
  }
  return { directory, key: hash.digest('hex').slice(0, 12), files };
}

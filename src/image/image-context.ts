import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files the image is built from, read whole: they may be others on the disk, or none, when the image is built. */
export interface ImageContext {
  /** Names and contents in twelve hexadecimal digits: another program, another key. */
  readonly key: string;
  /** The Dockerfile and everything it copies, sorted by name. */
  readonly files: readonly ContextFile[];
  /** Image that the Dockerfile begins with unless told otherwise: its `ARG BASE`. */
  readonly publicBase: string;
}

/** One of them. */
export interface ContextFile {
  /** Path below the context. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly modified: Date;
  readonly content: Buffer;
}

/** Reads a directory as an image context. Errors: the file system's; an `Error` without a Dockerfile that names a base. */
export async function readImageContext(directory: string): Promise<ImageContext> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
  const files = await Promise.all(names.map((name) => read(directory, name)));
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(`${name}\0`).update(content);
  return { key: hash.digest('hex').slice(0, 12), files, publicBase: publicBaseOf(files) };
}

async function read(directory: string, name: string): Promise<ContextFile> {
  const path = join(directory, name);
  const [content, { mode, mtime }] = await Promise.all([readFile(path), stat(path)]);
  return { name, mode: mode & 0o7777, modified: mtime, content };
}

function publicBaseOf(files: readonly ContextFile[]): string {
  const dockerfile = files.find(({ name }) => name === 'Dockerfile')?.content.toString('utf8') ?? '';
  const base = /^ARG BASE=(\S+)$/m.exec(dockerfile)?.[1];
  if (base === undefined) throw new Error('the Dockerfile has no ARG BASE=');
  return base;
}

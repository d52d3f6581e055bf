import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { ImageContext } from './image-context.ts';

/** A context as a tar stream, each file with the mode it has on disk. The stream fails with the file system's errors. */
export function archiveOf(context: ImageContext): Readable {
  const archive = pack();
  fill(archive, context).catch((error) => archive.destroy(error));
  return Readable.from(archive);
}

async function fill(archive: ReturnType<typeof pack>, { directory, files }: ImageContext): Promise<void> {
  for (const name of files) {
    const path = join(directory, name);
    const { mode, mtime } = await stat(path);
    archive.entry({ name, mode: mode & 0o7777, mtime }, await readFile(path));
  }
  archive.finalize();
}

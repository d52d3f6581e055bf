import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { ImageContext } from './image-context.ts';

/** A context as a tar stream, each file with the mode it had on disk. */
export function archiveOf({ files }: ImageContext): Readable {
  const archive = pack();
  for (const { name, mode, modified, content } of files)
    archive.entry({ name, mode, mtime: modified }, content);
  archive.finalize();
  return Readable.from(archive);
}

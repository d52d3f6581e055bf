import { readdir, stat } from 'node:fs/promises';
import { kindOfFile } from '../common/regular-file.ts';

/** What stands at a path, at the end of a link perhaps. */
export interface Found {
  /** As it reads in a sentence; `a file` is a regular one. */
  readonly kind: ReturnType<typeof kindOfFile>;
  readonly bytes: number;
}

/** What may be asked of the file system. */
export interface FileSystem {
  /** What stands at an absolute path. Undefined when there is nothing to be found. */
  readonly find: (path: string) => Promise<Found | undefined>;
  /** Names in a directory; none when it cannot be listed. */
  readonly list: (directory: string) => Promise<readonly string[]>;
}

/** The file system of this machine. */
export const realFiles: FileSystem = {
  find: async (path) => {
    try {
      const stats = await stat(path);
      return { kind: kindOfFile(stats), bytes: stats.size };
    } catch {
      return undefined;
    }
  },
  list: async (directory) => {
    try {
      return await readdir(directory);
    } catch {
      return [];
    }
  },
};

import { readdirSync, statSync } from 'node:fs';

/** What may be asked of the file system. */
export interface FileSystem {
  /** What stands at an absolute path; pipes and devices count as files. Undefined when there is nothing to be found. */
  readonly kindOf: (path: string) => 'file' | 'directory' | undefined;
  /** Names in a directory; none when it cannot be listed. */
  readonly list: (directory: string) => readonly string[];
}

/** The file system of this machine. */
export const realFiles: FileSystem = {
  kindOf: (path) => {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return undefined;
    }
  },
  list: (directory) => {
    try {
      return readdirSync(directory);
    } catch {
      return [];
    }
  },
};

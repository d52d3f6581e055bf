import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isPathWithin } from '../common/path-within.ts';

/** What must be known of this machine's files to find places for mounts. */
export interface MachineFiles {
  /** What is at a path; `other` = a file, socket or device; undefined = nothing, or nothing this user can see. */
  kindOf(path: string): 'directory' | 'other' | undefined;
  /** The path without symbolic links; undefined where there is nothing. */
  realPath(path: string): string | undefined;
  /**
   * Whether this user keeps own things directly in a directory. Root may write everywhere, and keeps own things at home and
   * where everybody does.
   */
  isOwn(directory: string): boolean;
}

/** Others may write there. */
const EVERYBODYS = 0o002;

/** This machine's files as they are. */
export const filesHere: MachineFiles = {
  kindOf(path) {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'other';
    } catch {
      return undefined;
    }
  },
  realPath(path) {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  isOwn(directory) {
    try {
      if (process.getuid?.() === 0)
        return isAtHome(directory) || (statSync(directory).mode & EVERYBODYS) !== 0;
      accessSync(directory, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

function isAtHome(directory: string): boolean {
  return homedir() !== '/' && isPathWithin(directory, homedir());
}

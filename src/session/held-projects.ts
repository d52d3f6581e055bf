import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../common/errors.ts';
import { holderAt } from './session-lock.ts';

/** A project whose session lives on this machine. */
export interface HeldProject {
  readonly project: string;
  /** Absolute path of the file it came from. */
  readonly file: string;
}

/**
 * The projects that sessions of this user hold on this machine, whether or not they answer, by name. Errors:
 * `permission-missing` when the directory is not this user's.
 */
export async function heldProjects(runtimeDirectory: string): Promise<readonly HeldProject[]> {
  const names = await readdir(runtimeDirectory).catch((error) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const sockets = names.flatMap((name) => /^(session-.*)\.lock$/.exec(name)?.[1] ?? []);
  const holders = await Promise.all(sockets.map((name) => holderAt(join(runtimeDirectory, `${name}.sock`))));
  return holders
    .flatMap((holder) => {
      // One of another version may not say which project it has.
      const { project, file } = holder ?? {};
      return project === undefined || file === undefined ? [] : [{ project, file }];
    })
    .sort((one, other) => (one.project < other.project ? -1 : 1));
}

import { mkdirSync } from 'node:fs';
import { DevenvError, type ErrorFacts, errorFacts, messageOf } from '../common/errors.ts';
import type { ProgramMount, ProgramNeeds } from '../machine/index.ts';
import { filesHere } from './machine-files.ts';
import { type Mounter, type MountPoints, mountPointsOf } from './mount-points.ts';
import { missingTools } from './obstacle.ts';

/** What keeps a program from having its mounts and its terminal on this machine as it is now; undefined = nothing. Makes nothing. */
export function programObstacleHere(
  { mounts = [], tty, workingDir }: ProgramNeeds,
  needed: string,
): ErrorFacts | undefined {
  try {
    mountPointsOf(mounts, { workingDir, needed }, filesHere);
  } catch (error) {
    return errorFacts(error);
  }
  const brings = mounts.some(({ kind }) => kind === 'shared');
  return (
    (brings ? missingTools({ tar: 'tar' }, 'files of a workload are put in place by') : undefined) ??
    (tty === true ? missingTools({ script: 'bsdutils' }, 'a terminal is made by') : undefined)
  );
}

/**
 * Where the mounts of a program that is about to begin go, whose sources are made here where they are missing and may be;
 * undefined where it has none. Errors: `mount-failed`.
 */
export function pointsHere(mounts: readonly ProgramMount[], mounter: Mounter): MountPoints | undefined {
  if (mounts.length === 0) return undefined;
  const points = mountPointsOf(mounts, mounter, filesHere);
  for (const mount of mounts) if (mount.kind === 'bind' && mount.makesSource) makeSource(mount.source);
  return points;
}

function makeSource(source: string): void {
  if (filesHere.kindOf(source) !== undefined) return;
  try {
    mkdirSync(source, { recursive: true });
  } catch (error) {
    throw new DevenvError({
      code: 'mount-failed',
      message: `${source} cannot be made: ${messageOf(error)}`,
      hint: 'create it, or correct the path',
      owner: 'user',
      cause: error,
    });
  }
}

import { dirname } from 'node:path';
import type { HeldProject } from '../session/index.ts';

/** Where a command is called, and which file it is about. */
export interface CalledFrom {
  /** Absolute path of the working directory. */
  readonly directory: string;
  /** Absolute path of the file; undefined when there is none. */
  readonly file: string | undefined;
  /** Whether the file was named by the user, and is not just the nearest one. */
  readonly isGiven: boolean;
}

/**
 * Which of the projects that are up were started from the file that is meant, by name; where none was and nobody has
 * named that file, those from the nearest directory up to the file's, or up to the root. Pure.
 */
export function startedFrom(
  projects: readonly HeldProject[],
  { directory, file, isGiven }: CalledFrom,
): readonly string[] {
  const named = (which: (path: string) => boolean) =>
    [...new Set(projects.filter((one) => which(one.file)).map(({ project }) => project))].sort();
  const fromFile = named((path) => path === file);
  if (fromFile.length > 0 || isGiven) return fromFile;
  // What is above the nearest file is another project's.
  const last = file === undefined ? undefined : dirname(file);
  for (let at = directory; ; at = dirname(at)) {
    const here = named((path) => dirname(path) === at);
    if (here.length > 0 || at === last || at === dirname(at)) return here;
  }
}

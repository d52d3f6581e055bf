import { basename, dirname } from 'node:path';
import { nearest } from '../common/nearest.ts';
import type { FileSystem } from './file-system.ts';
import { meantOr } from './meant-or.ts';
import type { ProblemFacts } from './problem.ts';

/** What is said about an absolute path that leads to nothing: the name that was meant, or how far it does lead. */
export function missingPath(path: string, files: FileSystem): Omit<ProblemFacts, 'code'> {
  const parent = nearestParent(path, files);
  const missing = parent === dirname(path) ? basename(path) : '';
  const [near] = nearest(missing, files.list(parent));
  return {
    message: `${JSON.stringify(path)} does not exist`,
    ...meantOr(`create it, or correct the path: ${parent} is as far as it exists`, near),
  };
}

function nearestParent(path: string, files: FileSystem): string {
  let parent = dirname(path);
  while (files.kindOf(parent) === undefined && dirname(parent) !== parent) parent = dirname(parent);
  return parent;
}

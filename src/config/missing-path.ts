import { basename, dirname } from 'node:path';
import { nearest } from '../common/nearest.ts';
import type { FileSystem } from './file-system.ts';
import { meantOr } from './meant-or.ts';
import type { ProblemFacts } from './problem.ts';

/** What is said about an absolute path that leads to nothing: the name that was meant, or how far it does lead. */
export async function missingPath(path: string, files: FileSystem): Promise<Omit<ProblemFacts, 'code'>> {
  const parent = await nearestParent(path, files);
  const missing = parent === dirname(path) ? basename(path) : '';
  const [near] = nearest(missing, await files.list(parent));
  return {
    message: `${JSON.stringify(path)} does not exist`,
    ...meantOr(`create it, or correct the path: ${parent} is as far as it exists`, near),
  };
}

async function nearestParent(path: string, files: FileSystem): Promise<string> {
  let parent = dirname(path);
  while ((await files.find(parent)) === undefined && dirname(parent) !== parent) parent = dirname(parent);
  return parent;
}

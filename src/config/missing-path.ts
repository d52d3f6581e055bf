import { basename, dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';
import type { ProblemFacts } from './problem.ts';
import { suggest } from './suggest.ts';

/** What is said about an absolute path that leads to nothing: the name that was meant, or how far it does lead. */
export function missingPath(path: string, files: FileSystem): Omit<ProblemFacts, 'code'> {
  const parent = nearestParent(path, files);
  const missing = parent === dirname(path) ? basename(path) : '';
  const near = suggest(missing, files.list(parent));
  return {
    message: `${JSON.stringify(path)} does not exist`,
    label: near === undefined ? undefined : `did you mean ${near}?`,
    hint: near === undefined ? `create it, or correct the path: ${parent} is as far as it exists` : undefined,
  };
}

function nearestParent(path: string, files: FileSystem): string {
  let parent = dirname(path);
  while (files.kindOf(parent) === undefined && dirname(parent) !== parent) parent = dirname(parent);
  return parent;
}

import { posix } from 'node:path';

/** Whether a path is a directory or lies below it, by their words alone. Pure. */
export function isPathWithin(path: string, directory: string): boolean {
  const way = posix.relative(directory, path);
  return way === '' || !way.startsWith('..');
}

import { join, resolve } from 'node:path';

/** The absolute form of a path of this machine: `~` is the home, anything relative starts beside the file. */
export function expandPath(
  path: string,
  from: { readonly directory: string; readonly home: string },
): string {
  if (path === '~') return from.home;
  if (path.startsWith('~/')) return join(from.home, path.slice(2));
  return resolve(from.directory, path);
}

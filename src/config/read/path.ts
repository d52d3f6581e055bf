import { join, resolve } from 'node:path';
import type { Value } from './reading.ts';

/** The absolute form of a path of this machine: `~` is the home, anything relative starts beside the file it stands in. */
export function expandPath(path: string, place: Value, { home }: { readonly home: string }): string {
  if (path === '~') return home;
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return resolve(place.node.span.source.directory, path);
}

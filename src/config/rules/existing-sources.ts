import { basename, dirname } from 'node:path';
import { suggest } from '../suggest.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** What a rule may ask of the file system. */
export interface FileSystem {
  readonly exists: (path: string) => boolean;
  /** Names in a directory; none when it cannot be listed. */
  readonly list: (directory: string) => readonly string[];
}

/** What a service mounts exists. Engines would make an empty directory, owned by root, of a misspelt name. */
export function existingSources(files: FileSystem): Rule {
  return (workspace, at) => {
    const mounts = [...workspace.services.values()].flatMap((service) => service.volumes);
    return mounts.flatMap((mount) => {
      if (files.exists(mount.source)) return [];
      const { node, path, span } = at(mount, 'source');
      const parent = nearestParent(mount.source, files);
      const missing = parent === dirname(mount.source) ? basename(mount.source) : '';
      const near = suggest(missing, files.list(parent));
      return [
        problemOf(
          node,
          path,
          {
            code: 'missing-source',
            message: `${quote(mount.source)} does not exist`,
            label: near === undefined ? undefined : `did you mean ${near}?`,
            hint:
              near === undefined
                ? `create it, or correct the path: ${parent} is as far as it exists`
                : undefined,
          },
          span,
        ),
      ];
    });
  };
}

function nearestParent(path: string, files: FileSystem): string {
  let parent = dirname(path);
  while (!files.exists(parent) && dirname(parent) !== parent) parent = dirname(parent);
  return parent;
}

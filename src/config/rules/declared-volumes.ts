import type { Problem } from '../problem.ts';
import { suggest } from '../suggest.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A named volume is declared at the top level, so that a misspelt path does not become one. */
export const declaredVolumes: Rule = (workspace, at): readonly Problem[] => {
  // A list of volumes, or none behind the key, is told as such.
  const place = at(workspace, 'volumes');
  if (place.path.length > 0 && place.node.kind !== 'mapping') return [];
  const declared = workspace.volumes.map((volume) => volume.name);
  const mounts = [...workspace.services.values()].flatMap((service) => service.volumes);
  return mounts.flatMap((mount) => {
    if (mount.kind !== 'volume' || mount.name === undefined || declared.includes(mount.name)) return [];
    const { node, path, span } = at(mount, 'source');
    const near = suggest(mount.name, declared);
    const facts = {
      code: 'undeclared-volume',
      message: `the volume ${quote(mount.name)} is not declared`,
      label: near === undefined ? undefined : `did you mean ${near}?`,
      hint:
        near === undefined
          ? `declare it at the top level, \`volumes: {${mount.name}: {}}\`, or write "./${mount.name}" for a directory beside this file`
          : undefined,
    };
    return [problemOf(node, path, facts, span)];
  });
};

import { meantOr } from '../meant-or.ts';
import type { Problem } from '../problem.ts';
import { Suggestions } from '../suggestions.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A named volume is declared at the top level, so that a misspelt path does not become one. */
export const declaredVolumes: Rule = (workspace, at): readonly Problem[] => {
  // A list of volumes, or none behind the key, is told as such.
  const place = at(workspace, 'volumes');
  if (place.path.length > 0 && place.node.kind !== 'mapping') return [];
  const declared = new Set(workspace.volumes.map((volume) => volume.name));
  const suggestions = new Suggestions();
  const mounts = [...workspace.services.values()].flatMap((service) => service.volumes);
  return mounts.flatMap((mount) => {
    if (mount.kind !== 'volume' || mount.name === undefined || declared.has(mount.name)) return [];
    const { node, path, span } = at(mount, 'source');
    const [near] = suggestions.nearest(mount.name, declared);
    const drive = /^[a-z]$/i.test(mount.name)
      ? `; as a path of Windows it is "/mnt/${mount.name.toLowerCase()}/…" in WSL2`
      : '';
    const otherwise = `declare it at the top level, \`volumes: {${mount.name}: {}}\`, or write "./${mount.name}" for a directory beside this file${drive}`;
    const facts = {
      code: 'undeclared-volume',
      message: `the volume ${quote(mount.name)} is not declared`,
      ...meantOr(otherwise, near),
    };
    return [problemOf(node, path, facts, span)];
  });
};

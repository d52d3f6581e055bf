import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A declared volume is mounted somewhere. */
export const usedVolumes: Rule = (workspace, at): readonly Problem[] => {
  const mounts = [...workspace.services.values()].flatMap((service) => service.volumes);
  const used = new Set(mounts.map((mount) => (mount.kind === 'volume' ? mount.name : undefined)));
  return workspace.volumes.flatMap((volume) => {
    if (used.has(volume.name)) return [];
    const { node, path, span } = at(volume, 'name');
    const message = `no service mounts the volume ${quote(volume.name)}`;
    const hint = `mount it, or remove it here: volumes: ["${volume.name}:/var/lib/${volume.name}"]`;
    return [problemOf(node, path, { code: 'unused-volume', message, hint }, span)];
  });
};

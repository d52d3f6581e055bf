import type { Mount } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A path in a container is mounted once. */
export const distinctMounts: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const service of workspace.services.values()) {
    const seen = new Map<string, Mount>();
    for (const mount of service.volumes) {
      const earlier = seen.get(mount.target);
      if (earlier === undefined) {
        seen.set(mount.target, mount);
        continue;
      }
      const place = at(mount, 'target');
      const first = at(earlier, 'target');
      problems.push(
        problemOf(
          place.node,
          place.path,
          {
            code: 'mounted-twice',
            message: `${mount.target} is mounted twice`,
            hint: 'a path in the container can hold one mount; remove one of the two',
            related: [{ span: first.node.via ?? first.span, label: 'mounted here' }],
          },
          place.span,
        ),
      );
    }
  }
  return problems;
};

import { isDeepStrictEqual } from 'node:util';
import type { Service } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** An image is built in one way only; services may share it. */
export const builtOnce: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  const builders = new Map<string, Service>();
  for (const service of workspace.services.values()) {
    if (service.build === undefined || service.image === '') continue;
    const earlier = builders.get(service.image);
    if (earlier?.build === undefined) {
      builders.set(service.image, service);
      continue;
    }
    if (isDeepStrictEqual([earlier.build, earlier.platform], [service.build, service.platform])) continue;
    const place = at(service.build);
    const first = at(earlier.build);
    problems.push(
      problemOf(
        place.node,
        place.path,
        {
          code: 'built-twice',
          message: `the image ${quote(service.image)} is built differently by service ${quote(earlier.name)}`,
          hint: 'give one of the two another `image`',
          related: [{ span: first.node.via ?? first.span, label: 'built here' }],
        },
        place.span,
      ),
    );
  }
  return problems;
};

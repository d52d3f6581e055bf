import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A file has at least one service. */
export const someService: Rule = (workspace, at): readonly Problem[] => {
  const { node, path } = at(workspace, 'services');
  if (path.length === 0 || node.kind !== 'mapping') return [];
  if (node.entries.some((entry) => !entry.key.startsWith('x-'))) return [];
  const hint = 'add one, for example `app: {image: "shop-api:dev"}`';
  return [problemOf(node, path, { code: 'no-services', message: 'there are no services', hint })];
};

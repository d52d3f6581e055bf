import { type EnvironmentSource, targetText } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A service takes the variables of a workload once; one entry holds all patterns. */
export const distinctEnvironmentSources: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const service of workspace.services.values()) {
    const seen = new Map<string, EnvironmentSource>();
    for (const source of service.envFrom) {
      const target = targetText(source.target);
      const earlier = seen.get(target);
      if (earlier === undefined) {
        seen.set(target, source);
        continue;
      }
      const { node, path, span } = at(source, 'target');
      const first = at(earlier, 'target');
      const facts = {
        code: 'repeated-target',
        message: `the variables of ${target} are taken already`,
        hint: 'put all patterns into one entry',
        related: [{ span: first.node.via ?? first.span, label: 'taken here' }],
      };
      problems.push(problemOf(node, path, facts, span));
    }
  }
  return problems;
};

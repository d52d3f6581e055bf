import { nearest } from '../../common/nearest.ts';
import { meantOr } from '../meant-or.ts';
import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import { listed } from '../wording.ts';
import type { Rule } from './rule.ts';

/** A service depends on other services of the file. */
export const knownDependencies: Rule = (workspace, at): readonly Problem[] => {
  const names = [...workspace.services.keys()];
  return [...workspace.services.values()].flatMap((service) =>
    service.dependsOn.flatMap((dependency) => {
      const name = dependency.service;
      const { node, path, span } = at(dependency, 'service');
      if (name === service.name) {
        const message = `service ${quote(name)} depends on itself`;
        return [
          problemOf(
            node,
            path,
            { code: 'self-dependency', message, hint: 'remove it from "depends_on"' },
            span,
          ),
        ];
      }
      if (workspace.services.has(name)) return [];
      const others = names.filter((other) => other !== service.name);
      const [near] = nearest(name, others);
      const known =
        others.length === 0 ? 'there is no other service' : `there is only ${listed(others, 'and')}`;
      const facts = {
        code: 'unknown-service',
        message: `service ${quote(service.name)} depends on ${quote(name)}, which does not exist`,
        ...meantOr(known, near),
      };
      return [problemOf(node, path, facts, span)];
    }),
  );
};

import { meantOr } from '../meant-or.ts';
import type { Problem } from '../problem.ts';
import { Suggestions } from '../suggestions.ts';
import { problemOf, quote } from '../tree.ts';
import { listed } from '../wording.ts';
import type { Rule } from './rule.ts';

/** A service depends on other services of the file. */
export const knownDependencies: Rule = (workspace, at): readonly Problem[] => {
  const names = [...workspace.services.keys()];
  const suggestions = new Suggestions();
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
      const [near] = suggestions.nearest(name, names, service.name);
      const facts = {
        code: 'unknown-service',
        message: `service ${quote(service.name)} depends on ${quote(name)}, which does not exist`,
        ...meantOr(othersThan(service.name, names), near),
      };
      return [problemOf(node, path, facts, span)];
    }),
  );
};

/** So many names are told. */
const MAX_NAMES = 10;

function othersThan(own: string, names: readonly string[]): string {
  const others = names.slice(0, MAX_NAMES + 1).filter((name) => name !== own);
  const more = names.length - 1 - MAX_NAMES;
  if (others.length === 0) return 'there is no other service';
  return more > 0
    ? `there are ${others.slice(0, MAX_NAMES).join(', ')} and ${more} more`
    : `there is only ${listed(others, 'and')}`;
}

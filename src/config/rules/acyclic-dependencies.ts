import type { Dependency, Workspace } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** No service waits for itself by way of others. Each cycle is told once, at the dependency that closes it. */
export const acyclicDependencies: Rule = (workspace, at): readonly Problem[] =>
  cycles(workspace).map(({ names, closing }) => {
    const { node, path, span } = at(closing, 'service');
    const facts = {
      code: 'dependency-cycle',
      message: `these services wait for each other: ${names.join(' -> ')}`,
      hint: 'remove one of the dependencies',
    };
    return problemOf(node, path, facts, span);
  });

interface Cycle {
  /** The services on the way round, the first again at the end. */
  readonly names: readonly string[];
  readonly closing: Dependency;
}

function cycles({ services }: Workspace): readonly Cycle[] {
  const found: Cycle[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (name: string): void => {
    way.push(name);
    for (const dependency of services.get(name)?.dependsOn ?? []) {
      const next = dependency.service;
      const start = way.indexOf(next);
      // A service that depends on itself is another problem.
      if (start >= 0 && next !== name)
        found.push({ names: [...way.slice(start), next], closing: dependency });
      else if (start < 0 && !done.has(next)) visit(next);
    }
    way.pop();
    done.add(name);
  };
  for (const name of services.keys()) if (!done.has(name)) visit(name);
  return found;
}

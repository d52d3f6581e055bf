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

/** Walks with a way of its own: a chain of services may be longer than calls can be deep. */
function cycles({ services }: Workspace): readonly Cycle[] {
  const found: Cycle[] = [];
  const done = new Set<string>();
  const way: { readonly name: string; readonly rest: Dependency[] }[] = [];
  /** Where each service of the way stands in it. */
  const places = new Map<string, number>();
  const enter = (name: string): void => {
    places.set(name, way.length);
    way.push({ name, rest: [...(services.get(name)?.dependsOn ?? [])].reverse() });
  };
  for (const first of services.keys()) {
    if (!done.has(first)) enter(first);
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const { name, rest } = last;
      const dependency = rest.pop();
      if (dependency === undefined) {
        way.pop();
        places.delete(name);
        done.add(name);
        continue;
      }
      const next = dependency.service;
      const start = places.get(next);
      // A service that depends on itself is another problem.
      if (start !== undefined && next !== name) {
        const names = way.slice(start).map((step) => step.name);
        found.push({ names: [...names, next], closing: dependency });
      } else if (start === undefined && !done.has(next)) enter(next);
    }
  }
  return found;
}

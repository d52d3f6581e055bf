import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A service whose network another one shares has one, and one that containers can be in. */
export const networkOfItsOwn: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap(({ namespace: { networkMode } }) => {
    if (networkMode?.kind !== 'service') return [];
    const other = workspace.services.get(networkMode.name);
    const further = other?.namespace.networkMode;
    const { node, path, span } = at(networkMode);
    const refused = (message: string, hint: string) => [
      problemOf(node, path, { code: 'unsupported-value', message, hint }, span),
    ];
    if (further?.kind === 'service')
      return refused(
        `service ${quote(networkMode.name)} has no network of its own: it is in that of ${quote(further.name)}`,
        `write service:${further.name}`,
      );
    if (other?.process !== undefined)
      return refused(
        `service ${quote(networkMode.name)} is a program of this machine: no container can be in its network`,
        `remove it: they reach each other by their names`,
      );
    return [];
  });

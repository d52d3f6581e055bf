import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A service whose network another one shares has one. */
export const networkOfItsOwn: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap(({ namespace: { networkMode } }) => {
    if (networkMode?.kind !== 'service') return [];
    const further = workspace.services.get(networkMode.name)?.namespace.networkMode;
    if (further?.kind !== 'service') return [];
    const { node, path, span } = at(networkMode);
    const facts = {
      code: 'unsupported-value',
      message: `service ${quote(networkMode.name)} has no network of its own: it is in that of ${quote(further.name)}`,
      hint: `write service:${further.name}`,
    };
    return [problemOf(node, path, facts, span)];
  });

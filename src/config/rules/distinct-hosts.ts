import { isIPv6 } from 'node:net';
import type { ExtraHost } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A host has one IPv4 and one IPv6 address: of several, programs would take any. */
export const distinctHosts: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const service of workspace.services.values()) {
    const seen = new Map<string, ExtraHost>();
    for (const host of service.extraHosts) {
      const key = `${host.name.toLowerCase()} ${isIPv6(host.address) ? 'IPv6' : 'IPv4'}`;
      const earlier = seen.get(key);
      if (earlier === undefined) {
        seen.set(key, host);
        continue;
      }
      const { node, path, span } = at(host);
      const first = at(earlier);
      const facts = {
        code: 'repeated-host',
        message: `the host ${quote(host.name)} has an address already: ${earlier.address}`,
        hint: 'remove one of the two',
        related: [{ span: first.node.via ?? first.span, label: 'given here' }],
      };
      problems.push(problemOf(node, path, facts, span));
    }
  }
  return problems;
};

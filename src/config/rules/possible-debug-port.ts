import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A debugger cannot listen where the program itself does. */
export const possibleDebugPort: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap((service) => {
    const { debug, bridges } = service;
    const taken = bridges
      .flatMap(({ ports }) => ports)
      .find(({ local, container }) => (local ?? container) === debug?.port);
    if (debug === undefined || taken === undefined) return [];
    const { node, path, span } = at(debug, 'port');
    const first = at(taken, 'container');
    const facts = {
      code: 'port-taken-twice',
      message: `port ${debug.port} cannot be the debugger’s: this service listens there for its bridge`,
      hint: 'choose another port for the debugger',
      related: [{ span: first.node.via ?? first.span, label: 'bridged here' }],
    };
    return [problemOf(node, path, facts, span)];
  });

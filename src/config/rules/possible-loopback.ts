import type { Problem } from '../problem.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/** `outbound.loopback` needs a workload, and cannot take a port on which the service itself is called. */
export const possibleLoopback: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap((service) => {
    const { loopback } = service.outbound;
    if (loopback.length === 0) return [];
    const { node, path, span } = at(service.outbound, 'loopback');
    if (service.bridges.length === 0 && service.envFrom.length === 0) {
      const facts = {
        code: 'no-workload',
        message: 'there is no workload whose 127.0.0.1 could be meant',
        hint: 'add a bridge or an `env_from` that names one',
      };
      return [problemOf(node, path, facts, span)];
    }
    const own = service.bridges
      .flatMap(({ ports }) => ports)
      .flatMap(({ container, local }) => local ?? container);
    return loopback
      .filter((port) => own.includes(port))
      .map((port) =>
        problemOf(
          node,
          path,
          {
            code: 'port-taken-twice',
            message: `port ${port} of 127.0.0.1 cannot lead to the workload: this service listens there for its bridge`,
            hint: 'remove one of the two',
          },
          span,
        ),
      );
  });

import { type BridgePort, type TargetRef, targetText } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { platformOf } from '../target-text.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A port of a workload is bridged once: its traffic cannot come to two places. */
export const bridgedOnce: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  const seen = new Map<string, { service: string; port: BridgePort }>();
  for (const service of workspace.services.values()) {
    for (const bridge of service.bridges) {
      for (const port of bridge.ports) {
        const key = `${podsOf(bridge.target)} ${port.container}`;
        const earlier = seen.get(key);
        if (earlier === undefined) {
          seen.set(key, { service: service.name, port });
          continue;
        }
        const place = at(port, 'container');
        const first = at(earlier.port, 'container');
        const who =
          earlier.service === service.name ? 'already' : `to service ${quote(earlier.service)} as well`;
        problems.push(
          problemOf(
            place.node,
            place.path,
            {
              code: 'port-bridged-twice',
              message: `port ${port.container} of ${targetText(bridge.target)} is bridged ${who}`,
              hint: 'its traffic can come to one place only; remove one of the two',
              related: [{ span: first.node.via ?? first.span, label: 'bridged here' }],
            },
            place.span,
          ),
        );
      }
    }
  }
  return problems;
};

/** What has the port: on Kubernetes the containers of a pod share their ports. */
function podsOf({ kind, path }: TargetRef): string {
  return platformOf(kind) === 'kubernetes' ? `${kind}/${path[0]}` : [kind, ...path].join('/');
}

import { conflictBetween, filterText } from '../../match/index.ts';
import {
  type Bridge,
  type BridgePort,
  type ConnectionSettings,
  type TargetRef,
  targetText,
} from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { platformOf } from '../target-text.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

interface Bridged {
  readonly service: string;
  readonly bridge: Bridge;
  readonly port: BridgePort;
}

/**
 * Nobody else takes what a bridge takes of a port of a workload: its traffic cannot come to two places. A service has one
 * bridge for each of them.
 */
export const bridgedOnce: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  const seen = new Map<string, Bridged[]>();
  for (const { name: service, bridges } of workspace.services.values()) {
    for (const bridge of bridges) {
      for (const port of bridge.ports) {
        const key = `${podsOf(bridge.target, workspace.connection)} ${port.container}`;
        const others = seen.get(key) ?? [];
        const earlier = others.find((other) => other.service === service || isSame(other.bridge, bridge));
        seen.set(key, [...others, { service, bridge, port }]);
        if (earlier !== undefined) problems.push(problemOfTwo({ service, bridge, port }, earlier, at));
      }
    }
  }
  return problems;
};

function isSame(one: Bridge, other: Bridge): boolean {
  return one === other || conflictBetween(one.filter, other.filter) === 'conflict';
}

function problemOfTwo({ service, bridge, port }: Bridged, earlier: Bridged, at: At): Problem {
  const place = at(port, 'container');
  const first = at(earlier.port, 'container');
  const who = earlier.service === service ? 'already' : `to service ${quote(earlier.service)} as well`;
  const isPart = earlier.bridge !== bridge && bridge.filter?.match !== undefined;
  const what = isPart ? `, ${filterText(bridge.filter)}, ` : ' ';
  return problemOf(
    place.node,
    place.path,
    {
      code: 'port-bridged-twice',
      message: `port ${port.container} of ${targetText(bridge.target)}${what}is bridged ${who}`,
      hint: hintOf(isPart, earlier.service === service),
      related: [{ span: first.node.via ?? first.span, label: 'bridged here' }],
    },
    place.span,
  );
}

function hintOf(isPart: boolean, isOneService: boolean): string {
  if (!isPart) return 'its traffic can come to one place only; remove one of the two';
  return isOneService
    ? 'a service has one bridge for a port; let the list of its `match` say which requests it takes: any of them'
    : 'every request that one of the two takes, the other takes too; let one of them ask for something else with `match`';
}

/** What has the port: on Kubernetes the containers of a pod share their ports. */
function podsOf(
  { kind, path, namespace }: TargetRef,
  connection: Pick<ConnectionSettings, 'namespace'>,
): string {
  if (platformOf(kind) === 'docker') return [kind, ...path].join('/');
  return `${namespace ?? connection.namespace ?? ''}:${kind}/${path[0]}`;
}

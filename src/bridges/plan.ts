import { filterText, sameFilter } from '../match/index.ts';
import {
  type BridgedPort,
  type BridgeTraffic,
  bridgeResource,
  bridgesOf,
  type Observed,
  portKey,
} from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { type Service, targetText } from '../model/workspace.ts';
import { fallbackText } from './fallback-text.ts';
import type { BridgeOperation } from './operation.ts';

/** Compares the bridges that should be with those that are. */
export function planBridges(
  services: readonly Service[],
  observed: Observed,
): readonly Step<BridgeOperation>[] {
  const wanted = services.flatMap((service) => bridgesOf(service, observed));
  const { bridges } = observed.live;
  const opened = wanted.filter((bridge) => !bridges.some((live) => isSame(bridge, live)));
  const closed = bridges.filter((live) => !wanted.some((bridge) => isSame(bridge, live)));
  const unwanted = closed.filter((live) => !opened.some((bridge) => isOneAfter(bridge, live)));
  return [
    ...services.flatMap((service) => lacks(service, observed)),
    ...unwanted.map((live) => closing(bridgeResource(live), live, 'not wanted')),
    ...opened.flatMap((bridge) => {
      const before = closed.find((live) => isOneAfter(bridge, live));
      if (before === undefined) return [opening(bridge, `${bridge.target} is not bridged`)];
      const cause = changeBetween(before, bridge);
      // Of two that exchange their ports neither can be claimed before both are given back.
      if (!opened.some((other) => other.port === before.port && other.service !== before.service))
        return [replacement(bridge, before, cause)];
      const resource = bridgeResource(bridge);
      return [closing(`${resource}@${before.target}`, before, `${resource} changes`), opening(bridge, cause)];
    }),
  ];
}

/** Whether a bridge takes the place of one that is open: plans and events call both the same. */
function isOneAfter(bridge: BridgedPort, before: BridgedPort): boolean {
  return bridgeResource(bridge) === bridgeResource(before);
}

/** One step for each port whose name says nothing, which fails with the reason. */
function lacks(service: Service, { unfoundPorts }: Observed): readonly Step<BridgeOperation>[] {
  return service.bridges.flatMap((bridge) =>
    bridge.ports.flatMap(({ container: port }): Step<BridgeOperation>[] => {
      if (typeof port === 'number') return [];
      const error = unfoundPorts.get(portKey(bridge.target, port));
      if (error === undefined) return [];
      const target = targetText(bridge.target);
      return [
        {
          resource: `port/${service.name}:${port}@${target}`,
          verb: 'await',
          cause: `a bridge of ${service.name} names it`,
          destructive: false,
          after: [],
          operation: { kind: 'lack-port', service: service.name, target, error },
        },
      ];
    }),
  );
}

/** What it takes, where that is not all, and what becomes of it while the service is away, where not the original answers. */
function withTraffic({ traffic: { filter, fallback }, target, port }: BridgedPort, cause: string): string {
  const taken =
    filter === undefined ? cause : `${cause}; takes ${filterText(filter)}, of ${target} port ${port}`;
  return fallback.kind === 'original' ? taken : `${taken}; ${fallbackText(fallback)}`;
}

function opening(bridge: BridgedPort, cause: string): Step<BridgeOperation> {
  return {
    resource: bridgeResource(bridge),
    verb: 'open',
    cause: withTraffic(bridge, cause),
    destructive: false,
    after: [],
    operation: { kind: 'open-bridge', bridge },
    undo: { kind: 'close-bridge', bridge },
  };
}

function replacement(bridge: BridgedPort, replaces: BridgedPort, cause: string): Step<BridgeOperation> {
  return {
    resource: bridgeResource(bridge),
    verb: 'replace',
    cause: withTraffic(bridge, cause),
    destructive: true,
    after: [],
    operation: { kind: 'replace-bridge', bridge, replaces },
    undo: { kind: 'close-bridge', bridge },
  };
}

function closing(resource: string, bridge: BridgedPort, cause: string): Step<BridgeOperation> {
  return {
    resource,
    verb: 'close',
    cause,
    destructive: true,
    after: [],
    operation: { kind: 'close-bridge', bridge },
  };
}

function changeBetween(before: BridgedPort, after: BridgedPort): string {
  if (before.target !== after.target) return `target changed from ${before.target}`;
  if (before.local !== after.local) return `local port changed from ${before.local}`;
  if (!sameFilter(before.traffic.filter, after.traffic.filter))
    return `it took ${filterText(before.traffic.filter)}`;
  return 'what becomes of its requests changed';
}

function isSameTraffic(left: BridgeTraffic, right: BridgeTraffic): boolean {
  return (
    sameFilter(left.filter, right.filter) &&
    left.probes === right.probes &&
    left.keepsCache === right.keepsCache &&
    left.passOn.join() === right.passOn.join() &&
    fallbackText(left.fallback) === fallbackText(right.fallback)
  );
}

function isSame(left: BridgedPort, right: BridgedPort): boolean {
  return (
    left.target === right.target &&
    left.service === right.service &&
    left.port === right.port &&
    left.local === right.local &&
    isSameTraffic(left.traffic, right.traffic)
  );
}

import { bridgeResource, bridgesOf, type LiveBridge, type Observed } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { Service } from '../model/workspace.ts';
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
  const isReplaced = (live: LiveBridge) =>
    opened.some((bridge) => bridgeResource(bridge) === bridgeResource(live));
  return [
    ...closed.filter((live) => !isReplaced(live)).map(closing),
    ...opened.map((bridge) => {
      const replaced = closed.find((live) => bridgeResource(live) === bridgeResource(bridge));
      return replaced === undefined ? opening(bridge) : replacement(bridge, replaced);
    }),
  ];
}

function opening(bridge: LiveBridge): Step<BridgeOperation> {
  return {
    resource: bridgeResource(bridge),
    verb: 'open',
    cause: `${bridge.target} is not bridged`,
    destructive: false,
    after: [],
    operation: { kind: 'open-bridge', bridge },
    undo: { kind: 'close-bridge', bridge },
  };
}

function replacement(bridge: LiveBridge, replaces: LiveBridge): Step<BridgeOperation> {
  return {
    resource: bridgeResource(bridge),
    verb: 'replace',
    cause: changeBetween(replaces, bridge),
    destructive: true,
    after: [],
    operation: { kind: 'replace-bridge', bridge, replaces },
    undo: { kind: 'close-bridge', bridge },
  };
}

function closing(bridge: LiveBridge): Step<BridgeOperation> {
  return {
    resource: bridgeResource(bridge),
    verb: 'close',
    cause: 'not wanted',
    destructive: true,
    after: [],
    operation: { kind: 'close-bridge', bridge },
  };
}

function changeBetween(before: LiveBridge, after: LiveBridge): string {
  if (before.target !== after.target) return `target changed from ${before.target}`;
  return `local port changed from ${before.local}`;
}

function isSame(left: LiveBridge, right: LiveBridge): boolean {
  return (
    left.target === right.target &&
    left.service === right.service &&
    left.port === right.port &&
    left.local === right.local
  );
}

import type { AgentKind } from '../model/agent-kind.ts';
import type { Forward } from '../model/forward.ts';
import type { LiveTarget } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import {
  networksOf,
  type PlatformKind,
  type Service,
  type TargetRef,
  targetText,
} from '../model/workspace.ts';
import type { ConnectionOperation } from './operation.ts';

/** What the agents of a kind can do, as plans tell it. */
const ABILITY: Readonly<Record<AgentKind, string>> = {
  net: 'takes ports over with NET_ADMIN',
  plain: 'needs no capability',
};

type TargetStep = Step<ConnectionOperation>;

/**
 * Compares the targets whose agents should be joined with those that are. A bridge is what asks for agents that take ports
 * over; those that are joined stay when their last bridge goes.
 */
export function planTargets(
  connected: readonly Service[],
  { platform, forwards }: { readonly platform: PlatformKind; readonly forwards: readonly Forward[] },
  live: readonly LiveTarget[],
): readonly TargetStep[] {
  const wanted = targetsOf(connected, forwards, platform);
  const joined = new Map(live.map(({ target, agents }) => [target, agents]));
  return [
    ...[...joined.keys()]
      .filter((target) => !wanted.has(target))
      .map((target) => step(target, 'remove', 'not wanted', { kind: 'leave-target', target })),
    ...[...wanted].flatMap(([text, { target, agents }]): TargetStep | readonly TargetStep[] => {
      const before = joined.get(text);
      const operation = { kind: 'join-target', target, agents } as const;
      if (before === undefined) {
        const cause = `not connected; ${ABILITY[agents]}`;
        return { ...step(text, 'create', cause, operation), undo: { kind: 'leave-target', target: text } };
      }
      const isEnough = before === agents || before === 'net';
      return isEnough ? [] : step(text, 'replace', `bridged now; ${ABILITY[agents]}`, operation);
    }),
  ];
}

function targetsOf(connected: readonly Service[], forwards: readonly Forward[], platform: PlatformKind) {
  const targets = new Map<string, { readonly target: TargetRef; readonly agents: AgentKind }>();
  const bridged = new Set(
    connected.flatMap(({ bridges }) =>
      bridges.flatMap(({ ports, target }) => (ports.length > 0 ? [targetText(target)] : [])),
    ),
  );
  const networks = connected.flatMap((service) => networksOf(service, platform));
  for (const target of [...networks, ...forwards.map(({ target }) => target)]) {
    const text = targetText(target);
    targets.set(text, { target, agents: bridged.has(text) ? 'net' : 'plain' });
  }
  return targets;
}

function step(
  target: string,
  verb: TargetStep['verb'],
  cause: string,
  operation: ConnectionOperation,
): TargetStep {
  return { resource: `agent/${target}`, verb, cause, destructive: false, after: [], operation };
}

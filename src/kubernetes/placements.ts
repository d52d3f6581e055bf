import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import type { AgentKind } from '../model/agent-kind.ts';
import { MOST_PLACEMENTS, tooManyAgents } from '../platform/index.ts';
import { namePrefix } from './agent-container.ts';

/** What a container waits for that has only just been made. */
const USUAL_WAITS = ['ContainerCreating', 'PodInitializing'];

/**
 * Counts what agents of a kind, of all sessions, users and versions, have left in a pod within an hour; those that never began count always,
 * since nothing tells when they were placed. `now` in milliseconds since 1970.
 * Errors: `too-many-agents`, unless there is one that may still be of use.
 */
export function refuseTooManyAgents(
  { metadata, spec, status }: V1Pod,
  kind: AgentKind,
  now = Date.now(),
): void {
  const names = (spec?.ephemeralContainers ?? [])
    .map(({ name }) => name)
    .filter((name) => name.startsWith(namePrefix(kind)));
  const states = names.map(
    (name) => status?.ephemeralContainerStatuses?.find((one) => one.name === name)?.state,
  );
  if (states.some(mayBeOfUse)) return;
  const recent = states.filter((state) => {
    // It stayed for as long as it was wanted.
    if (state?.terminated?.exitCode === 0) return false;
    const from = state?.terminated?.startedAt ?? state?.terminated?.finishedAt;
    return from === undefined || now - new Date(from).getTime() < MOST_PLACEMENTS.withinMs;
  });
  if (recent.length >= MOST_PLACEMENTS.count) throw tooManyAgents(`in pod ${metadata?.name}`);
}

function mayBeOfUse(state: V1ContainerState | undefined): boolean {
  if (state === undefined || state.running !== undefined) return true;
  return state.terminated === undefined && USUAL_WAITS.includes(state.waiting?.reason ?? 'ContainerCreating');
}

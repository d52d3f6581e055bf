import type { Duplex } from 'node:stream';
import type { V1EphemeralContainer } from '@kubernetes/client-node';
import { withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import {
  agentContainer,
  agentsIn,
  freePort,
  isStuck,
  nextName,
  placedAgent,
  stateOf,
} from './agent-container.ts';
import type { ClusterApi } from './api.ts';
import { refusalOf, statusOf } from './failures.ts';
import { FollowedPod, readPod } from './followed-pod.ts';
import { imageAdvice, isImageProblem } from './image-advice.ts';
import { memoryOf } from './memory.ts';
import { refuseTooManyAgents } from './placements.ts';
import { type PodAddress, podAt, podPath } from './pod-address.ts';
import { hasNetwork } from './pod-state.ts';
import { dialPod, listens, type PodPort } from './port-forward.ts';

/** One that is not stuck is waited for this long: a slow node takes its time, above all for an image. */
const READY = { name: 'agent ready', ms: 600_000 } as const;
/**
 * How often is looked whether an agent has come: at first often, then ever less, since most come within two seconds. A look
 * costs the node what starts the agent; where that is scarce looks take longer, and their pauses several times as long.
 */
const POLL = { firstMs: 60, slowestMs: 500, shareOfWaited: 0.06, timesLook: 3 };
/** A kubelet that has told nothing of an agent after so long, milliseconds, is not believed: it may run all the same. */
const UNTOLD_MS = 1000;
const EVIDENCE_LINES = 15;

/** See `Platform.findAgent`. */
export async function findAgent(
  api: ClusterApi,
  place: Place,
  kind: AgentKind,
): Promise<PlacedAgent | undefined> {
  const pod = memoryOf(api).podOf(place.id) ?? (await readPod(api, place));
  if (pod === undefined) return undefined;
  for (const container of agentsIn(pod, kind)) {
    if (stateOf(pod, container.name)?.running === undefined) continue;
    const agent = placedAgent(place, container);
    // Seen as running does not mean that it still listens.
    if (agent !== undefined && (await listens(api, portOf(agent)))) return agent;
  }
  return undefined;
}

/**
 * See `Platform.placeAgent`. Ephemeral containers can neither be removed nor restarted, and an existing one cannot be
 * changed. So the name counts those that were there before: of two sessions that come at the same moment one makes the
 * agent, and the other is refused and finds it.
 */
export async function placeAgent(
  api: ClusterApi,
  place: Place,
  spec: AgentSpec,
  signal?: AbortSignal,
): Promise<PlacedAgent> {
  return withDeadline(READY, signal, async (inTime) => {
    for (;;) {
      const pod = memoryOf(api).podOf(place.id) ?? (await readPod(api, place));
      // From here on it changes.
      memoryOf(api).forgetPod(place.id);
      if (pod === undefined) throw failed(place, 'the pod is gone');
      refuseTooManyAgents(pod, spec.kind);
      const usable = agentsIn(pod, spec.kind).find(
        ({ name }) => stateOf(pod, name)?.terminated === undefined && !isStuck(pod, name),
      );
      const agent = usable ?? agentContainer(nextName(pod, spec.kind), spec, freePort(pod));
      if (usable === undefined && !(await added(api, place, agent))) continue;
      return await untilItListens(api, place, agent, inTime);
    }
  });
}

/** See `Platform.dialAgent`. */
export async function dialAgent(api: ClusterApi, agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex> {
  const address = portOf(agent);
  try {
    return await dialPod(api, address, signal);
  } catch (error) {
    if (statusOf(error) === undefined || statusOf(error) === 403) throw error;
    throw new DevenvError({
      code: 'agent-failed',
      message: `the agent in pod ${address.pod} cannot be reached: ${messageOf(error)}`,
      owner: 'environment',
      cause: error,
    });
  }
}

/**
 * Adds an ephemeral container to a pod, or only asks whether it would be let in. Errors: `permission-missing`, and
 * `cluster-failed` with the reason, such as that there is another one of that name.
 */
export async function addContainer(
  api: ClusterApi,
  place: Place,
  container: V1EphemeralContainer,
  how: 'for real' | 'dry run',
): Promise<void> {
  const address = podAt(place);
  await api.send({
    doing: `place an agent in pod ${address.pod}`,
    method: 'PATCH',
    path: podPath(address, 'ephemeralcontainers'),
    query: how === 'dry run' ? { dryRun: 'All' } : {},
    body: { spec: { ephemeralContainers: [container] } },
  });
}

/** False when there is another one of that name. */
async function added(api: ClusterApi, place: Place, agent: V1EphemeralContainer): Promise<boolean> {
  try {
    await addContainer(api, place, agent, 'for real');
    return true;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.status === 404) throw failed(place, 'the pod is gone');
    if (refusal?.status === 409) return false;
    if (refusal?.status === 422 && /may not be|already exists/i.test(refusal.message)) return false;
    throw error;
  }
}

async function untilItListens(
  api: ClusterApi,
  place: Place,
  agent: V1EphemeralContainer,
  signal: AbortSignal,
): Promise<PlacedAgent> {
  const followed = new FollowedPod(api, place);
  const start = performance.now();
  try {
    let dialledSince: number | undefined;
    for (;;) {
      const pod = await followed.state();
      if (pod === undefined) throw failed(place, 'the pod is gone');
      const state = stateOf(pod, agent.name);
      if (state?.terminated !== undefined)
        throw await ended(api, place, agent.name, state.terminated.exitCode);
      if (isStuck(pod, agent.name))
        throw stuck(api, place, agent, state?.waiting?.reason, state?.waiting?.message);
      // The kubelet says that it makes a container before it does; that it runs it tells up to a second late.
      const isToldOf = state !== undefined || performance.now() - start > UNTOLD_MS;
      const placed = hasNetwork(pod) && isToldOf ? placedAgent(place, agent) : undefined;
      if (placed !== undefined) {
        const lookedAt = performance.now();
        dialledSince ??= lookedAt;
        if (await listens(api, portOf(placed))) return placed;
        await followed.change(pollMs(lookedAt - dialledSince, performance.now() - lookedAt));
      } else await followed.change(UNTOLD_MS);
      if (signal.aborted) throw cancelled(READY.name);
    }
  } finally {
    followed.close();
  }
}

/** The pause before the next look. */
function pollMs(waitedMs: number, lookMs: number): number {
  const pause = Math.max(POLL.firstMs, waitedMs * POLL.shareOfWaited, lookMs * POLL.timesLook);
  return Math.min(pause, POLL.slowestMs);
}

function portOf(agent: Pick<PlacedAgent, 'handle' | 'port'>): PodPort {
  return { ...podAt(agent), port: agent.port ?? 0, greets: true };
}

function failed(place: Place, why: string): DevenvError {
  return new DevenvError({
    code: 'agent-failed',
    message: `no agent can be placed in pod ${place.name}: ${why}`,
    owner: 'environment',
  });
}

function stuck(
  api: ClusterApi,
  place: Place,
  agent: V1EphemeralContainer,
  reason = '',
  message = '',
): DevenvError {
  return new DevenvError({
    code: 'agent-failed',
    message: `the agent in pod ${place.name} does not start: ${reason}`,
    evidence: message === '' ? [] : [message],
    owner: 'environment',
    ...(isImageProblem(reason) ? { hint: imageAdvice(api.cluster.context, agent.image ?? '') } : {}),
  });
}

async function ended(api: ClusterApi, place: Place, container: string, code: number): Promise<DevenvError> {
  return new DevenvError({
    code: 'agent-failed',
    message: `the agent in pod ${place.name} ended right after its start with exit code ${code}`,
    evidence: await lastLines(api, podAt(place), container),
    owner: 'environment',
  });
}

/** The last output of a container; none where it cannot be read. */
async function lastLines(
  api: ClusterApi,
  address: PodAddress,
  container: string,
): Promise<readonly string[]> {
  try {
    const text = await api.text({
      doing: `read the log of ${container}`,
      path: podPath(address, 'log'),
      query: { container, tailLines: String(EVIDENCE_LINES) },
    });
    return text.trimEnd().split('\n');
  } catch {
    return [];
  }
}

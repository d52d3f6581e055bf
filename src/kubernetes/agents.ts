import type { Duplex } from 'node:stream';
import type { V1EphemeralContainer, V1Pod } from '@kubernetes/client-node';
import { onAbort, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import {
  agentContainer,
  agentsIn,
  freePort,
  graceOf,
  isStuck,
  nextName,
  placedAgent,
  stateOf,
} from './agent-container.ts';
import { endedAgent, noAgentIn, stuckAgent } from './agent-failures.ts';
import type { ClusterApi } from './api.ts';
import { refusalOf, statusOf } from './failures.ts';
import { FollowedPod, readPod } from './followed-pod.ts';
import type { ForwardedPort } from './forwarded-port.ts';
import { greetedAtOnce, untilGreeted } from './greeted-ports.ts';
import { memoryOf } from './memory.ts';
import { assignsUsers } from './open-shift.ts';
import { refuseTooManyAgents } from './placements.ts';
import { podAt, podPath } from './pod-address.ts';
import { hasNetwork } from './pod-state.ts';
import { dialPod, type PodPort } from './port-forward.ts';
import { openAhead } from './spdy-forward.ts';

/** One that is not stuck is waited for this long: a slow node takes its time, above all for an image. */
const READY = { name: 'agent ready', ms: 600_000 } as const;
/** A kubelet that has told nothing of an agent after so long, milliseconds, is not believed: it may run all the same. */
const UNTOLD_MS = 1000;
/** An agent whose container is only just being made does not listen before, milliseconds. */
const BEGINS_MS = 120;
/** Whoever waits for an agent that the kubelet has told of hears of all that changes, and looks so often besides, milliseconds. */
const LOOK_AGAIN_MS = 60_000;

/** What a session opens to an agent that it has just found: for control, and a tunnel each way. */
const DUPLEXES = 3;
/** And what it opens in any case: only one place of a target carries connections of the service. */
const DUPLEXES_OF_REPLICA = 2;

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
    if (agent === undefined) continue;
    openAhead(api, podPath(podAt(place), 'portforward'), DUPLEXES);
    // Seen as running does not mean that it still listens.
    const greeted = await greetedAtOnce(api, portOf(agent));
    if (greeted === undefined) continue;
    memoryOf(api).greeted.keep(portOf(agent), greeted);
    return agent;
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
      if (pod === undefined) throw noAgentIn(place, 'the pod is gone, or ends');
      refuseTooManyAgents(pod, spec.kind);
      const usable = agentsIn(pod, spec.kind).find(
        ({ name }) => stateOf(pod, name)?.terminated === undefined && !isStuck(pod, name),
      );
      const agent = usable ?? (await newAgent(api, pod, spec));
      if (hasNetwork(pod)) openAhead(api, podPath(podAt(place), 'portforward'), DUPLEXES);
      const asked = usable === undefined ? await added(api, place, agent) : pod;
      if (asked !== undefined) return await untilItListens(api, asked, place, agent, inTime);
    }
  });
}

async function newAgent(api: ClusterApi, pod: V1Pod, spec: AgentSpec): Promise<V1EphemeralContainer> {
  const surroundings = {
    graceMs: graceOf(pod),
    assignsUsers: spec.kind === 'plain' && (await assignsUsers(api)),
  };
  return agentContainer(nextName(pod, spec.kind), spec, freePort(pod), surroundings);
}

/** See `Platform.dialAgent`. */
export async function dialAgent(api: ClusterApi, agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex> {
  const address = portOf(agent);
  try {
    return memoryOf(api).greeted.take(address) ?? (await dialPod(api, address, signal));
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
 * Resolves to the pod as it is then.
 */
export async function addContainer(
  api: ClusterApi,
  place: Place,
  container: V1EphemeralContainer,
  how: 'for real' | 'dry run',
): Promise<V1Pod> {
  const address = podAt(place);
  return api.send<V1Pod>({
    doing: `place an agent in pod ${address.pod}`,
    method: 'PATCH',
    path: podPath(address, 'ephemeralcontainers'),
    query: how === 'dry run' ? { dryRun: 'All' } : {},
    body: { spec: { ephemeralContainers: [container] } },
  });
}

/** The pod with it; undefined when there is another one of that name. */
async function added(api: ClusterApi, place: Place, agent: V1EphemeralContainer): Promise<V1Pod | undefined> {
  try {
    return await addContainer(api, place, agent, 'for real');
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.status === 404) throw noAgentIn(place, 'the pod is gone');
    if (refusal?.status === 409) return undefined;
    if (refusal?.status === 422 && /may not be|already exists/i.test(refusal.message)) return undefined;
    throw error;
  }
}

/**
 * The agent of a pod is tried again and again, as soon as the kubelet has told of it, and the pod is followed besides: who
 * else would tell that it cannot begin? `asked` is the pod as it was when the agent had been asked for.
 */
async function untilItListens(
  api: ClusterApi,
  asked: V1Pod,
  place: Place,
  agent: V1EphemeralContainer,
  signal: AbortSignal,
): Promise<PlacedAgent> {
  const start = performance.now();
  const placed = placedAgent(place, agent);
  const followed = new FollowedPod(api, place, asked);
  const over = new AbortController();
  const unfollow = onAbort(signal, () => over.abort());
  let greeted: Promise<ForwardedPort | undefined> | undefined;
  try {
    for (;;) {
      const pod = await followed.state();
      if (pod === undefined) throw noAgentIn(place, 'the pod is gone, or ends');
      const state = stateOf(pod, agent.name);
      if (state?.terminated !== undefined)
        throw await endedAgent(api, place, agent.name, state.terminated.exitCode);
      if (isStuck(pod, agent.name))
        throw stuckAgent(api, place, agent, state?.waiting?.reason, state?.waiting?.message);
      // The kubelet says that it makes a container before it does; that it runs it tells up to a second late.
      const isToldOf = state !== undefined || performance.now() - start > UNTOLD_MS;
      if (placed !== undefined && hasNetwork(pod) && isToldOf && greeted === undefined) {
        openAhead(api, podPath(podAt(place), 'portforward'), DUPLEXES_OF_REPLICA);
        const begins = state?.running === undefined ? BEGINS_MS : 0;
        greeted = untilGreeted(api, portOf(placed), over.signal, begins);
      }
      const change = followed.change(greeted === undefined ? UNTOLD_MS : LOOK_AGAIN_MS);
      const port = await Promise.race(greeted === undefined ? [change] : [greeted, change]);
      if (signal.aborted) throw cancelled(READY.name);
      if (!port || placed === undefined) continue;
      memoryOf(api).greeted.keep(portOf(placed), port);
      return placed;
    }
  } finally {
    greeted?.catch(() => {});
    followed.close();
    unfollow();
    over.abort();
  }
}

function portOf(agent: Pick<PlacedAgent, 'handle' | 'port'>): PodPort {
  return { ...podAt(agent), port: agent.port ?? 0, greets: true };
}

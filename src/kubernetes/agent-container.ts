import { randomInt } from 'node:crypto';
import type { V1EnvVar, V1EphemeralContainer, V1Pod } from '@kubernetes/client-node';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import {
  type AgentSettings,
  agentAccessIn,
  agentEnvironment,
  EXEMPT_GROUP,
  LINGER,
  PROTOCOL_VERSION,
} from '../programs/index.ts';
import { isImageProblem, pullPolicyOf } from './image-advice.ts';

/**
 * What the container of an agent is, and how it is known again in a pod: its name, port, rights and variables. Pure.
 * `agents.ts` places such containers, finds them and waits for them.
 */

/** Ports that an agent may listen on, on the pod's loopback address: none that the kernel gives to connections. */
const PORTS = { from: 10_240, below: 32_768 } as const;

/**
 * The beginning of an agent's name: what it can do (`net`: take ports over) and what it speaks. Agents of another kind or
 * version are none that could be used.
 */
const NAME = `gefyra-devenv-agent-net-v${PROTOCOL_VERSION}`;

/** What the next agent in a pod is called: the name counts those that were there before. */
export function nextName(pod: V1Pod): string {
  return `${NAME}-${agentsIn(pod).length}`;
}

/** The container of an agent as it is added to a pod: root in it, but with one capability and no way to more. */
export function agentContainer(name: string, spec: AgentSpec, port: number): V1EphemeralContainer {
  return {
    name,
    image: spec.image,
    imagePullPolicy: pullPolicyOf(spec.image),
    args: ['agent'],
    env: agentVariables({
      secret: spec.secret,
      listenOn: port,
      lingerMs: LINGER.inPodMs,
      intercepts: true,
    }),
    securityContext: {
      runAsUser: 0,
      runAsGroup: EXEMPT_GROUP,
      // The pod may ask for the opposite.
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    },
  };
}

/** Settings as a container's `env`. */
export function agentVariables(settings: AgentSettings): V1EnvVar[] {
  return Object.entries(agentEnvironment(settings)).map(([name, value]) => ({ name, value }));
}

/** What callers must know, from a container's `env`; undefined for one that is no agent's. */
export function agentAccessOf(env: readonly V1EnvVar[] | undefined): ReturnType<typeof agentAccessIn> {
  return agentAccessIn(Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])));
}

/** Where an agent may listen: by chance, so that no program of the pod can be there before it. */
export function agentPort(taken: ReadonlySet<number> = new Set()): number {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!taken.has(port)) return port;
  }
}

/** A port for an agent in a pod, none that its containers declare. */
export function freePort({ spec }: V1Pod): number {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return agentPort(
    new Set(containers.flatMap(({ ports }) => (ports ?? []).map(({ containerPort }) => containerPort))),
  );
}

/** The agents of ours in a pod that this version could use, whatever has become of them, in the order they were placed. */
export function agentsIn(pod: V1Pod): readonly V1EphemeralContainer[] {
  return (pod.spec?.ephemeralContainers ?? []).filter(({ name }) => name.startsWith(NAME));
}

/** What the kubelet tells of a pod's ephemeral container; undefined before it has said anything. */
export function stateOf(pod: V1Pod, name: string) {
  return pod.status?.ephemeralContainerStatuses?.find((status) => status.name === name)?.state;
}

/** Whether an agent in a pod waits for something that does not come by itself. */
export function isStuck(pod: V1Pod, name: string): boolean {
  const reason = stateOf(pod, name)?.waiting?.reason;
  return reason !== undefined && (isImageProblem(reason) || /Error$/.test(reason));
}

/** How an agent's container at a place is reached; undefined for one that is no agent's. */
export function placedAgent(place: Place, { env }: V1EphemeralContainer): PlacedAgent | undefined {
  const access = agentAccessOf(env);
  return access === undefined ? undefined : { placeId: place.id, handle: place.handle, ...access };
}

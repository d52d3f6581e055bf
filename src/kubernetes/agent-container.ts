import { randomInt } from 'node:crypto';
import type { V1EnvVar, V1EphemeralContainer, V1Pod, V1SecurityContext } from '@kubernetes/client-node';
import type { AgentKind } from '../model/agent-kind.ts';
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
 * User of an agent without capabilities: nobody that a pod is likely to have, and none whose connections a mesh lets pass
 * by its proxy, as Istio does with 1337 and Linkerd with 2102.
 */
const PLAIN_USER = 13_370;

/** What names of agents of a kind begin with, whatever version they are of. */
export function namePrefix(kind: AgentKind): string {
  return `gefyra-devenv-agent-${kind}-`;
}

/** The beginning of an agent's name: its kind and what it speaks. Others are none that could be used. */
function nameOf(kind: AgentKind): string {
  return `${namePrefix(kind)}v${PROTOCOL_VERSION}-`;
}

/** What the next agent of a kind in a pod is called: the name counts those that were there before. */
export function nextName(pod: V1Pod, kind: AgentKind): string {
  return `${nameOf(kind)}${agentsIn(pod, kind).length}`;
}

/**
 * What an agent may do in a pod, whatever the pod says of its own containers. One that takes ports over is root, since
 * capabilities are given to nobody else, with one of them and no way to more; the other is as the strictest level of Pod
 * Security wants it. The group is what the rules of the first let pass, also when the connection is the second's.
 */
const rightsOf: Readonly<Record<AgentKind, V1SecurityContext>> = {
  net: {
    runAsUser: 0,
    runAsGroup: EXEMPT_GROUP,
    runAsNonRoot: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
  },
  plain: {
    runAsUser: PLAIN_USER,
    runAsGroup: EXEMPT_GROUP,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

/** What the cluster fills in where a pod says nothing. */
const USUAL_GRACE_SECONDS = 30;

/** What of a pod and its cluster matters to an agent in it. */
export interface AgentSurroundings {
  /** See `graceOf`. */
  readonly graceMs?: number;
  /** The cluster gives containers their users itself, and refuses others; not so where one may be root. Default: no. */
  readonly assignsUsers?: boolean;
}

/** The container of an agent as it is added to a pod. */
export function agentContainer(
  name: string,
  spec: AgentSpec,
  port: number,
  { graceMs, assignsUsers = false }: AgentSurroundings = {},
): V1EphemeralContainer {
  return {
    name,
    image: spec.image,
    imagePullPolicy: pullPolicyOf(spec.image),
    args: ['agent'],
    env: agentVariables({
      secret: spec.secret,
      listenOn: port,
      lingerMs: LINGER.inPodMs,
      intercepts: spec.kind === 'net',
      graceMs,
    }),
    securityContext:
      spec.kind === 'plain' && assignsUsers ? withoutUser(rightsOf.plain) : rightsOf[spec.kind],
  };
}

function withoutUser({ runAsUser: _, ...context }: V1SecurityContext): V1SecurityContext {
  return context;
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

/** How long the kubelet gives the containers of a pod to end, milliseconds. */
export function graceOf({ spec }: V1Pod): number {
  return (spec?.terminationGracePeriodSeconds ?? USUAL_GRACE_SECONDS) * 1000;
}

/** The agents of a kind in a pod that this version could use, whatever has become of them, in the order they were placed. */
export function agentsIn(pod: V1Pod, kind: AgentKind): readonly V1EphemeralContainer[] {
  return (pod.spec?.ephemeralContainers ?? []).filter(({ name }) => name.startsWith(nameOf(kind)));
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

import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { pause, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError } from '../common/errors.ts';
import { label } from '../model/labels.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import { LINGER, PROTOCOL_VERSION } from '../programs/index.ts';
import { agentAccessOf, agentPort, agentVariables } from './agent-container.ts';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { imageAdvice, isImageProblem, pullPolicyOf } from './image-advice.ts';
import { handleOf } from './pod-address.ts';
import { podsPath } from './workloads.ts';

/** Another version's agent is none that this one can speak with. */
const NAME = `gefyra-devenv-agent-v${PROTOCOL_VERSION}`;
/** One that is not stuck is waited for this long: a slow node takes its time, above all for an image. */
const READY = { name: 'standalone agent ready', ms: 600_000 } as const;
const POLL_MS = 150;

/** However it goes on, it is gone after so long, seconds; whoever still needs one makes the next. */
const DEADLINE_SECONDS = 24 * 60 * 60;

/** The cluster removes the Job so long after its end, seconds. */
const KEPT_SECONDS = 5;

/** Tells by its exit code whether the agent listens; the kubelet itself cannot reach the pod's loopback address. */
const KNOCK =
  "require('net').connect(process.env.DEVENV_PORT, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))";

/** User and group of a process that is nobody. */
const NOBODY = 65_534;

/** The place of services that belong to no workload: the namespace itself, with one agent for all who need one. */
export function standalonePlace(api: ClusterApi): Place {
  const { namespace } = api.cluster;
  return {
    id: `namespace-${namespace}`.slice(0, 63),
    name: `namespace ${namespace}`,
    handle: namespace,
    idleAgent: 'ends',
    probeUserAgents: () => [],
    isReady: true,
    isStarting: false,
    trouble: undefined,
  };
}

/** Whether a place is that of the standalone agent. */
export function isStandalone({ handle }: Pick<Place, 'handle'>): boolean {
  return !handle.includes('/');
}

/** The standalone agent that runs in the namespace, whoever made it. */
export async function findStandalone(api: ClusterApi, place: Place): Promise<PlacedAgent | undefined> {
  const pod = (await podsOfJob(api)).find(isReady);
  return pod === undefined ? undefined : agentOf(place, pod);
}

/** Makes the Job of the standalone agent, or takes the one that is there, and waits until it is ready. Errors: `agent-failed`. */
export async function placeStandalone(
  api: ClusterApi,
  place: Place,
  spec: AgentSpec,
  signal?: AbortSignal,
): Promise<PlacedAgent> {
  return withDeadline(READY, signal, async (inTime) => {
    for (;;) {
      await create(api, standaloneJob(spec));
      const pods = await podsOfJob(api);
      const ready = pods.find(isReady);
      const agent = ready === undefined ? undefined : agentOf(place, ready);
      if (agent !== undefined) return agent;
      for (const pod of pods) refuseStuck(api, pod, spec);
      await pause(POLL_MS, inTime);
      if (inTime.aborted) throw cancelled(READY.name);
    }
  });
}

/** The Job as it is sent: fit for namespaces of the strictest pod security. Pure. */
export function standaloneJob(spec: AgentSpec): V1Job {
  const labels = { [label.role]: 'agent' };
  return {
    metadata: { name: NAME, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: DEADLINE_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: NOBODY,
            runAsGroup: NOBODY,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'agent',
              image: spec.image,
              imagePullPolicy: pullPolicyOf(spec.image),
              args: ['agent'],
              env: agentVariables({
                secret: spec.secret,
                listenOn: agentPort(),
                lingerMs: LINGER.standaloneMs,
                intercepts: false,
              }),
              startupProbe: {
                exec: { command: ['node', '-e', KNOCK] },
                periodSeconds: 1,
                failureThreshold: 60,
              },
              resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '256Mi' } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  };
}

async function create(api: ClusterApi, job: V1Job): Promise<void> {
  const { namespace } = api.cluster;
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  try {
    await api.send({ doing: `make the Job ${NAME}`, method: 'POST', path, body: job });
  } catch (error) {
    // One that is about to be removed makes room in a moment.
    if (statusOf(error) !== 409) throw error;
  }
}

async function podsOfJob(api: ClusterApi): Promise<readonly V1Pod[]> {
  const query = { labelSelector: `${label.role}=agent,job-name=${NAME}` };
  const doing = 'look for a standalone agent';
  const { items } = await api.send<{ items: V1Pod[] }>({ doing, path: podsPath(api), query });
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

function agentOf(place: Place, pod: V1Pod): PlacedAgent | undefined {
  const access = agentAccessOf(pod.spec?.containers[0]?.env);
  return access === undefined ? undefined : { placeId: place.id, handle: handleOf(pod), ...access };
}

function refuseStuck(api: ClusterApi, pod: V1Pod, spec: AgentSpec): void {
  const { waiting } = pod.status?.containerStatuses?.[0]?.state ?? {};
  const reason = waiting?.reason ?? '';
  if (!isImageProblem(reason) && !/Error$/.test(reason)) return;
  throw new DevenvError({
    code: 'agent-failed',
    message: `the standalone agent in namespace ${api.cluster.namespace} does not start: ${reason}`,
    evidence: waiting?.message === undefined ? [] : [waiting.message],
    owner: 'environment',
    ...(isImageProblem(reason) ? { hint: imageAdvice(api.cluster.context, spec.image) } : {}),
  });
}

import type { V1Job } from '@kubernetes/client-node';
import { label } from '../model/labels.ts';
import type { AgentSpec } from '../platform/index.ts';
import { LINGER, PROTOCOL_VERSION } from '../programs/index.ts';
import { agentAccessOf, agentPort, agentVariables } from './agent-container.ts';
import { pullPolicyOf } from './image-advice.ts';

/** Name of the Job, the same for all who need one. Another version's agent is none that this one can speak with. */
export const STANDALONE_JOB = `gefyra-devenv-agent-v${PROTOCOL_VERSION}`;

/**
 * How long the Job may take to be of use before whoever makes it has to say again that they wait, seconds: of one that was
 * killed meanwhile nothing stays.
 */
export const STARTS_WITHIN_SECONDS = 120;

/**
 * However it goes on, it is gone after so long, seconds. It ends by itself when nobody uses it, so that this is only for
 * one that cannot; no session is so long.
 */
export const LASTS_SECONDS = 7 * 24 * 60 * 60;

/** The cluster removes the Job so long after its end, seconds. */
const KEPT_SECONDS = 5;

/** Tells by its exit code whether the agent listens; the kubelet itself cannot reach the pod's loopback address. */
const KNOCK =
  "require('net').connect(process.env.DEVENV_PORT, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))";

/** User and group of a process that is nobody. */
const NOBODY = 65_534;

/**
 * The Job as it is sent: fit for namespaces of the strictest pod security. `assignsUsers`: the cluster gives containers
 * their users itself. Pure, but for the port.
 */
export function standaloneJob(spec: AgentSpec, assignsUsers: boolean): V1Job {
  const labels = { [label.role]: 'agent' };
  return {
    metadata: { name: STANDALONE_JOB, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: STARTS_WITHIN_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            ...(assignsUsers ? {} : { runAsUser: NOBODY, runAsGroup: NOBODY }),
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
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

/** Whether a Job was made from a specification. */
export function isMadeFrom({ spec }: V1Job, { secret }: Pick<AgentSpec, 'secret'>): boolean {
  return agentAccessOf(spec?.template.spec?.containers[0]?.env)?.secret === secret;
}

/** Why a Job has ended; undefined as long as it has not. */
export function endOf({ status }: V1Job): { readonly failed: boolean; readonly why: string } | undefined {
  const ended = (status?.conditions ?? []).find(
    ({ type, status: is }) => is === 'True' && (type === 'Failed' || type === 'Complete'),
  );
  if (ended === undefined) return undefined;
  return { failed: ended.type === 'Failed', why: [ended.reason, ended.message].filter(Boolean).join(': ') };
}

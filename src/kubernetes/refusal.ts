import { DevenvError } from '../common/errors.ts';
import type { ApiRefusal } from './failures.ts';

/** Who is asked to let something in, and what else can be done. */
interface Advice {
  readonly namespace: string;
  /** The cluster's own words. */
  readonly refusal: ApiRefusal;
}

/** The error of something that a rule of the cluster does not let in. `remedy` is its hint. */
export function notLetIn(
  message: string,
  { refusal }: Pick<Advice, 'refusal'>,
  remedy: string,
  evidence: readonly string[] = [],
): DevenvError {
  return new DevenvError({
    code: 'admission-refused',
    message,
    evidence: [refusal.message, ...evidence],
    hint: remedy,
    owner: 'environment',
    cause: refusal,
  });
}

/**
 * Names of the containers that Pod Security objects to, which judges all of a pod, those that have ended included; none
 * where somebody else refuses. Pure.
 */
export function blamedContainers({ message }: Pick<ApiRefusal, 'message'>): readonly string[] {
  if (!/violates PodSecurity/.test(message)) return [];
  const lists = [...message.matchAll(/\bcontainers? ((?:"[^"]+"(?:, )?)+)/g)].map(([, list = '']) => list);
  return [...new Set(lists.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)))];
}

/** Who can let in an agent with NET_ADMIN, and how, by who refuses it. Pure. */
export function whoAllowsNetAdmin({ namespace, refusal }: Advice, image: string): string {
  const { message } = refusal;
  if (/violates PodSecurity/.test(message))
    return `whoever administers namespace ${namespace} can allow it: kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=privileged --overwrite`;
  if (/security context constraint/i.test(message))
    return `whoever administers the cluster can allow it: the service account of the pod must use SecurityContextConstraints that let in NET_ADMIN and user 0 (oc adm policy add-scc-to-user)`;
  if (/GKE Warden|autogke/i.test(message))
    return 'whoever administers the cluster can allow it: gcloud container clusters update --workload-policies=allow-net-admin';
  return `ask whoever administers the cluster for an exception: ephemeral containers named gefyra-devenv-agent-net-*, of image ${image}, with NET_ADMIN`;
}

/** Who can let in an agent without capabilities, by who refuses it. Pure. */
export function whoAllowsAgent({ namespace, refusal }: Advice, image: string): string {
  const { message } = refusal;
  if (/quota/i.test(message)) return `free some of the quota of namespace ${namespace}, or ask for more`;
  if (/(maximum|minimum|limit to request ratio)/.test(message))
    return `ask whoever administers namespace ${namespace} for room for it: kubectl describe limitranges --namespace ${namespace}`;
  return `ask whoever administers the cluster for an exception for the image of the agent, ${image}`;
}

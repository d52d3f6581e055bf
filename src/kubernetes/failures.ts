import { DevenvError, messageOf, systemCode } from '../common/errors.ts';
import type { Cluster } from './kubeconfig.ts';

/** The API server's refusal of a request, as its `Status` object words it. */
export class ApiRefusal extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Machine-readable word, such as `NotFound` or `Forbidden`; empty when there is none. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** HTTP status of a request that the API server refused; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  const refusal = refusalOf(error);
  return refusal?.status;
}

/** The API server's own words in an error of this room, if there are any. */
export function refusalOf(error: unknown): ApiRefusal | undefined {
  if (error instanceof ApiRefusal) return error;
  return error instanceof DevenvError && error.cause instanceof ApiRefusal ? error.cause : undefined;
}

/**
 * Whether it was refused although its sender has the right: by Pod Security, a policy, a webhook, a quota, a limit, or
 * whatever else a cluster may have. Not so where a right is missing, where the object itself stands in the way or is gone,
 * and where the cluster is in trouble.
 */
export function isRuleRefusal({ status, reason, message }: ApiRefusal): boolean {
  if (status === 403) return reason === 'Forbidden' && !/\bcannot \S+ (resource|path)\b/.test(message);
  // A webhook may refuse in any way, and one that cannot be called refuses as well.
  return status === 400 || status === 422 || /\bwebhook\b/.test(message);
}

/** Makes the error that people see. `doing` is what was tried, e.g. `read deployment/shop`. */
export function explain(cluster: Cluster, doing: string, error: unknown): DevenvError {
  if (error instanceof DevenvError) return error;
  if (error instanceof ApiRefusal) return explainRefusal(cluster, doing, error);
  return new DevenvError({
    code: 'cluster-unreachable',
    message: `cannot ${doing}: the cluster of context ${cluster.context} (${cluster.server}) does not answer: ${wordsOf(error)}`,
    hint: `check that it is up and reachable from here: kubectl --context ${cluster.context} get --raw /readyz`,
    owner: 'environment',
    cause: error,
  });
}

/** The user's credentials could not be had, e.g. because the plugin that makes them failed. */
export function noCredentials(cluster: Cluster, error: unknown): DevenvError {
  return new DevenvError({
    code: 'credential-refused',
    message: `the credentials of ${cluster.user} (context ${cluster.context}) cannot be had`,
    evidence: messageOf(error).trim().split('\n').slice(-8),
    hint: `log in to the cluster again; kubectl --context ${cluster.context} get pods must work`,
    owner: 'environment',
    cause: error,
  });
}

function explainRefusal(cluster: Cluster, doing: string, refusal: ApiRefusal): DevenvError {
  switch (refusal.status) {
    case 401:
      return new DevenvError({
        code: 'credential-refused',
        message: `cannot ${doing}: the cluster of context ${cluster.context} refuses the credentials of ${cluster.user}`,
        hint: 'they may have expired: log in to the cluster again',
        owner: 'environment',
        cause: refusal,
      });
    case 403:
      if (isRuleRefusal(refusal)) break;
      return new DevenvError({
        code: 'permission-missing',
        message: `cannot ${doing}: the permission is missing in namespace ${cluster.namespace} of context ${cluster.context}`,
        evidence: [refusal.message],
        owner: 'environment',
        cause: refusal,
      });
    default:
      return new DevenvError({
        code: 'cluster-failed',
        message: `cannot ${doing}: ${refusal.message}`,
        owner: 'environment',
        cause: refusal,
      });
  }
  return new DevenvError({
    code: 'admission-refused',
    message: `cannot ${doing}: a rule of the cluster refuses it`,
    evidence: [refusal.message],
    owner: 'environment',
    cause: refusal,
  });
}

function wordsOf(error: unknown): string {
  const code = systemCode(error);
  const words = messageOf(error);
  if (words !== '') return words;
  // Several addresses were tried: the sum has no words of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return code ?? 'no reason given';
}

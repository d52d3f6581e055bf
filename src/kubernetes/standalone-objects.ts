import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { label } from '../model/labels.ts';
import type { ClusterApi } from './api.ts';
import { isRuleRefusal, refusalOf, statusOf } from './failures.ts';
import { STANDALONE_JOB } from './standalone-job.ts';

/** What of the API server the standalone agent takes. */
export type Asks = Pick<ClusterApi, 'send' | 'cluster'>;

/** Where Jobs of the namespace are. */
export const jobsPath = ({ cluster }: Asks) => `/apis/batch/v1/namespaces/${cluster.namespace}/jobs`;
const jobPath = (api: Asks) => `${jobsPath(api)}/${STANDALONE_JOB}`;

/** The Job as it is now; undefined where there is none, or it is being removed. */
export async function readJob(api: Asks): Promise<V1Job | undefined> {
  try {
    const job = await api.send<V1Job>({ doing: `read the Job ${STANDALONE_JOB}`, path: jobPath(api) });
    return job.metadata?.deletionTimestamp === undefined ? job : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Makes the Job, unless there is one. Errors: `admission-refused`. */
export async function create(api: Asks, body: V1Job): Promise<void> {
  const doing = `make the Job ${STANDALONE_JOB}`;
  try {
    await api.send({ doing, method: 'POST', path: jobsPath(api), body });
  } catch (error) {
    // One that is about to be removed makes room in a moment.
    if (statusOf(error) === 409) return;
    const refusal = refusalOf(error);
    // Somebody else's may have come meanwhile, or an answer was lost: of two there is a quota for one.
    if (refusal !== undefined && isRuleRefusal(refusal) && (await readJob(api)) !== undefined) return;
    throw error;
  }
}

/** Gives the Job so many seconds from its start on. Nothing happens when it is gone. */
export async function prolong(api: Asks, activeDeadlineSeconds: number): Promise<void> {
  const body = { spec: { activeDeadlineSeconds } };
  const doing = `keep the Job ${STANDALONE_JOB}`;
  try {
    await api.send({ doing, method: 'PATCH', patch: 'merge-patch', path: jobPath(api), body });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Removes the Job with its pod. Nothing happens when it is gone, or another one of that name. */
export async function remove(api: Asks, { metadata }: V1Job): Promise<void> {
  const body = { propagationPolicy: 'Background', preconditions: { uid: metadata?.uid } };
  try {
    await api.send({
      doing: `remove the Job ${STANDALONE_JOB}`,
      method: 'DELETE',
      path: jobPath(api),
      body,
    });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

/** Pods of the Job that have not ended. */
export async function podsOfJob(api: Asks): Promise<readonly V1Pod[]> {
  const query = { labelSelector: `${label.role}=agent,job-name=${STANDALONE_JOB}` };
  const doing = 'look for a standalone agent';
  const { items } = await api.send<{ items: V1Pod[] }>({
    doing,
    path: `/api/v1/namespaces/${api.cluster.namespace}/pods`,
    query,
  });
  return items.filter(
    ({ metadata, status }) =>
      metadata?.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase ?? ''),
  );
}

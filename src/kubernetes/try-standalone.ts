import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { DevenvError } from '../common/errors.ts';
import { tryToMake } from './admission.ts';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { assignsUsers } from './open-shift.ts';
import { endOf, standaloneJob } from './standalone-job.ts';
import { jobsPath, readJob } from './standalone-objects.ts';
import { podsPath } from './workloads.ts';

const WHAT = 'the standalone agent that services without a workload use';

/**
 * Whether the agent of services without a workload would be let in, by dry runs of its Job and of its pod: a Job is let in
 * even where its pod is not. What stands already was let in, and would stand in its own way. Errors: those of `tryToMake`.
 */
export async function tryStandalone(api: ClusterApi, image: string): Promise<void> {
  const standing = await readJob(api);
  if (standing !== undefined && endOf(standing) === undefined) return;
  const job = standaloneJob({ kind: 'plain', image, secret: '' }, await assignsUsers(api));
  const pod: V1Pod = { ...job.spec?.template, metadata: { generateName: 'gefyra-devenv-preflight-' } };
  // One that has ended is removed for it.
  if (standing === undefined) await tryJob(api, job, image);
  try {
    await tryToMake(api, { what: WHAT, path: podsPath(api), body: pod, image });
  } catch (error) {
    // Who may make Jobs need not be allowed to make pods.
    if (!(error instanceof DevenvError) || error.code !== 'permission-missing') throw error;
  }
}

async function tryJob(api: ClusterApi, body: V1Job, image: string): Promise<void> {
  try {
    await tryToMake(api, { what: WHAT, path: jobsPath(api), body, image });
  } catch (error) {
    // One that is being removed has the name for a moment.
    if (statusOf(error) !== 409) throw error;
  }
}

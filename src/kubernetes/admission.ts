import type { V1Pod } from '@kubernetes/client-node';
import { DevenvError, errorFacts } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { AgentSpec, Place, PlatformNeeds } from '../platform/index.ts';
import { agentContainer, agentPort } from './agent-container.ts';
import { addContainer } from './agents.ts';
import type { ClusterApi } from './api.ts';
import { refusalOf } from './failures.ts';
import { standaloneJob } from './standalone.ts';
import { podsPath } from './workloads.ts';

/** Names by which a refusal of an admission controller is told from a missing permission. */
const ADMISSION =
  /violates PodSecurity|admission webhook|denied the request|exceeded quota|forbidden by|ValidatingAdmissionPolicy/;

/** Whether an agent would be let in beside a workload, by a dry run. Errors: `admission-refused`, and those of the API. */
export async function tryAgent(
  api: ClusterApi,
  target: TargetRef,
  place: Place,
  { kind, image }: Pick<AgentSpec, 'kind' | 'image'>,
): Promise<void> {
  const agent = agentContainer('gefyra-devenv-agent-preflight', { kind, image, secret: '' }, agentPort());
  try {
    await addContainer(api, place, agent, 'dry run');
  } catch (error) {
    throw admissionProblem(api, `an agent beside ${targetText(target)}`, error);
  }
}

/** Whether the agent of services without a workload would be let in, by dry runs. Errors: those of `tryAgent`. */
export async function tryStandalone(api: ClusterApi, { agentImage: image }: PlatformNeeds): Promise<void> {
  const job = standaloneJob({ kind: 'plain', image, secret: '' });
  const { namespace } = api.cluster;
  const pod: V1Pod = { ...job.spec?.template, metadata: { generateName: 'gefyra-devenv-preflight-' } };
  const what = 'the standalone agent that services without a workload use';
  try {
    await api.send({
      doing: 'make a Job',
      method: 'POST',
      path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
      query: { dryRun: 'All' },
      body: job,
    });
  } catch (error) {
    if (refusalOf(error)?.status !== 409) throw admissionProblem(api, what, error);
  }
  try {
    // A Job is always let in; what is refused is its pod, later.
    await api.send({
      doing: 'make a pod',
      method: 'POST',
      path: podsPath(api),
      query: { dryRun: 'All' },
      body: pod,
    });
  } catch (error) {
    const problem = admissionProblem(api, what, error);
    // Who may make Jobs need not be allowed to make pods.
    if (problem.code === 'admission-refused') throw problem;
  }
}

function admissionProblem(api: ClusterApi, what: string, error: unknown): DevenvError {
  const refusal = refusalOf(error);
  if (refusal === undefined || !ADMISSION.test(refusal.message)) {
    if (error instanceof DevenvError) return error;
    return new DevenvError({ ...errorFacts(error), cause: error });
  }
  const { namespace } = api.cluster;
  return new DevenvError({
    code: 'admission-refused',
    message: `namespace ${namespace} does not let in ${what}`,
    evidence: [refusal.message],
    hint: /PodSecurity/.test(refusal.message)
      ? `the agent needs the capability NET_ADMIN: ask for a namespace whose pod security allows it (privileged), or bridge a workload elsewhere`
      : /quota/.test(refusal.message)
        ? 'free some of the quota, or ask for more'
        : 'ask whoever administers the cluster for an exception for the image of the agent',
    owner: 'environment',
    cause: error,
  });
}

import type { V1Pod } from '@kubernetes/client-node';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorFacts, errorFacts } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Place, PlatformNeeds, Preflight } from '../platform/index.ts';
import { addContainer, agentContainer, agentPort } from './agents.ts';
import type { ClusterApi } from './api.ts';
import { refusalOf } from './failures.ts';
import { readFiles } from './files.ts';
import { type Permission, permissionsFor, roleManifest } from './permissions.ts';
import { podAt } from './pod-address.ts';
import { listens } from './port-forward.ts';
import { obstructedProbes } from './probes.ts';
import { standaloneJob } from './standalone.ts';
import { resolveTarget } from './targets.ts';
import { podsPath, portNumber, readWorkload, type Workload, workloadKind } from './workloads.ts';

const FILES = { name: 'the look at the files', ms: 5000 };

/** Names by which a refusal of an admission controller is told from a missing permission. */
const ADMISSION =
  /violates PodSecurity|admission webhook|denied the request|exceeded quota|forbidden by|ValidatingAdmissionPolicy/;

/** See `Platform.preflight`. Changes nothing: what would be made is sent as a dry run. */
export async function preflight(api: ClusterApi, needs: PlatformNeeds): Promise<Preflight> {
  const needed = permissionsFor(needs);
  const missing = await missingPermissions(api, needed);
  const problems: ErrorFacts[] = [];
  const warnings: string[] = [];
  if (missing.length > 0) problems.push(await permissionProblem(api, needed, missing));
  const may = (resource: string) => !missing.some((permission) => permission.resource === resource);
  const targets = new Map(
    [...needs.bridges.map(({ target }) => target), ...needs.environments, ...needs.outbound].map(
      (target) => [targetText(target), target] as const,
    ),
  );
  const checks = [...targets.values()].map(async (target) => {
    const ports = needs.bridges.filter((bridge) => targetText(bridge.target) === targetText(target));
    if (target.kind === 'namespace') {
      if (may('jobs')) await tryStandalone(api, needs);
      return;
    }
    const kind = workloadKind(target);
    if (kind === undefined || !may('pods')) return;
    const workload = await readWorkload(api, target);
    const { places } = await resolveTarget(api, target);
    const [place] = places;
    if (place === undefined) return;
    for (const { port } of ports) {
      const number = portNumber(target, workload, port);
      const looked = await checkPort(api, target, workload, place, number, may('pods/portforward'));
      problems.push(...looked.problems);
      warnings.push(...looked.warnings);
    }
    const needsAgent =
      ports.length > 0 || needs.outbound.some((one) => targetText(one) === targetText(target));
    if (needsAgent && may('pods/ephemeralcontainers')) await tryAgent(api, target, place, needs.agentImage);
  });
  const files = needs.files.map(({ from, source }) => tryFiles(api, from, source));
  for (const outcome of await Promise.allSettled([...checks, ...files])) {
    if (outcome.status === 'rejected' && !isRepeated(outcome.reason, missing))
      problems.push(errorFacts(outcome.reason));
  }
  return { problems, warnings };
}

/** A permission that is known to be missing need not be told again by whoever ran into it. */
function isRepeated(error: unknown, missing: readonly Permission[]): boolean {
  return missing.length > 0 && error instanceof DevenvError && error.code === 'permission-missing';
}

async function missingPermissions(
  api: ClusterApi,
  needed: readonly Permission[],
): Promise<readonly Permission[]> {
  const { namespace } = api.cluster;
  const answers = await Promise.all(
    needed.map(async (permission) => {
      const [resource, subresource] = permission.resource.split('/');
      const resourceAttributes = {
        namespace,
        group: permission.group,
        resource,
        verb: permission.verb,
        ...(subresource === undefined ? {} : { subresource }),
      };
      const answer = await api.send<{ status?: { allowed?: boolean } }>({
        doing: 'ask what is permitted',
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { spec: { resourceAttributes } },
      });
      return answer.status?.allowed === true ? [] : [permission];
    }),
  );
  return answers.flat();
}

async function permissionProblem(
  api: ClusterApi,
  needed: readonly Permission[],
  missing: readonly Permission[],
): Promise<ErrorFacts> {
  const { namespace, context } = api.cluster;
  const list = missing.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  return {
    code: 'permission-missing',
    message: `permissions are missing in namespace ${namespace} of context ${context}: ${list}`,
    evidence: roleManifest(needed, namespace, await whoAmI(api)),
    hint: 'ask whoever administers the namespace to apply these lines with kubectl; they allow what this file needs, and nothing else',
    owner: 'environment',
  };
}

/** The user as the cluster knows it; a name to be filled in where it does not tell. */
async function whoAmI(api: ClusterApi): Promise<string> {
  try {
    const review = await api.send<{ status?: { userInfo?: { username?: string } } }>({
      doing: 'ask who we are',
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: {},
    });
    return review.status?.userInfo?.username ?? 'YOUR-USER';
  } catch {
    return 'YOUR-USER';
  }
}

async function checkPort(
  api: ClusterApi,
  target: TargetRef,
  workload: Workload,
  place: Place,
  port: number,
  mayDial: boolean,
): Promise<{ readonly problems: readonly ErrorFacts[]; readonly warnings: readonly string[] }> {
  const problems: ErrorFacts[] = [];
  const warnings: string[] = [];
  for (const { container, kind, protocol, command } of obstructedProbes(workload.pod, port)) {
    const probe = `the ${kind} probe of container ${container}`;
    if (protocol === 'exec') {
      warnings.push(
        `${probe} may call port ${port} of ${targetText(target)} (\`${command}\`): it asks your service as long as the bridge is live, and fails at a breakpoint`,
      );
      continue;
    }
    const name = protocol === 'grpc' ? 'gRPC' : 'HTTPS';
    problems.push({
      code: 'target-unsupported',
      message: `port ${port} of ${targetText(target)} cannot be bridged: ${probe} calls it by ${name}, which cannot be told from other traffic, so that your service would have to answer it`,
      hint: `bridge another port, or let the probe use HTTP or another port`,
      owner: 'user',
    });
  }
  const declared = workload.pod.containers.flatMap(({ ports }) => ports ?? []);
  const isDeclared = declared.some(({ containerPort }) => containerPort === port);
  if (isDeclared || !mayDial || (await listens(api, { ...podAt(place), port })))
    return { problems, warnings };
  const known = declared.map(({ name, containerPort }) =>
    name === undefined ? String(containerPort) : `${containerPort} (${name})`,
  );
  problems.push({
    code: 'target-not-found',
    message: `port ${port} of ${targetText(target)} cannot be bridged: none of its containers declares it, and nothing listens on it in pod ${place.name}`,
    hint:
      known.length === 0
        ? 'name the port on which the container listens'
        : `ports there: ${known.join(', ')}`,
    owner: 'user',
  });
  return { problems, warnings };
}

/** Errors: why they cannot be read. One that is large, or a cluster that is slow, says nothing against them. */
async function tryFiles(api: ClusterApi, from: TargetRef, source: string): Promise<void> {
  try {
    await withDeadline(FILES, undefined, () => readFiles(api, from, source));
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code !== 'deadline-passed') throw error;
  }
}

async function tryAgent(api: ClusterApi, target: TargetRef, place: Place, image: string): Promise<void> {
  const agent = agentContainer('gefyra-devenv-agent-preflight', { image, secret: '' }, agentPort());
  try {
    await addContainer(api, place, agent, 'dry run');
  } catch (error) {
    throw admissionProblem(api, `an agent beside ${targetText(target)}`, error);
  }
}

async function tryStandalone(api: ClusterApi, { agentImage: image }: PlatformNeeds): Promise<void> {
  const job = standaloneJob({ image, secret: '' });
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

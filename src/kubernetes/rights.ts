import type { ErrorFacts } from '../common/errors.ts';
import type { PlatformNeeds } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { byNamespace, type Permission, permissionsFor } from './permissions.ts';
import { roleManifest } from './role.ts';
import { readWorkloads, type WorkloadOf } from './workloads-of.ts';

/** What is needed of the rights in a cluster. */
export interface Rights {
  readonly needed: readonly Permission[];
  /** Those of them that the cluster does not give us, as it says itself. */
  readonly missing: readonly Permission[];
}

/** Asks the cluster for each right that a session needs. */
export async function rightsFor(
  api: ClusterApi,
  needs: PlatformNeeds,
  workload: WorkloadOf,
): Promise<Rights> {
  const needed = permissionsFor(needs, { namespace: api.cluster.namespace, workload });
  const answers = await Promise.all(needed.map(async (one) => ((await isAllowed(api, one)) ? [] : [one])));
  return { needed, missing: answers.flat() };
}

/** See `Platform.permissionManifest`. */
export async function permissionManifest(api: ClusterApi, needs: PlatformNeeds): Promise<readonly string[]> {
  const parts = [...byNamespace(needs)].map(async ([namespace, part]) => {
    const there = api.within(namespace);
    const workload = await readWorkloads(there, part);
    return permissionsFor(part, { namespace: there.cluster.namespace, workload });
  });
  const needed = (await Promise.all(parts)).flat();
  return roleManifest(needed, { project: needs.project, user: await whoAmI(api) });
}

/** What to tell somebody who lacks some of what is needed, with a Role for whoever can give it. */
export async function permissionProblem(
  api: ClusterApi,
  { needed, missing }: Rights,
  project: string,
): Promise<ErrorFacts> {
  const { namespace, context } = api.cluster;
  const list = missing.map(permissionText).join(', ');
  return {
    code: 'permission-missing',
    message: `permissions are missing in namespace ${namespace} of context ${context}: ${list}`,
    evidence: roleManifest(needed, { project, user: await whoAmI(api) }),
    hint: 'ask whoever administers the namespace to apply these lines with kubectl (`devenv plan --role` writes them to stdout); they allow what this file needs, and nothing else',
    owner: 'environment',
  };
}

function permissionText({ verb, resource, names }: Permission): string {
  return `${verb} ${resource}${names === undefined ? '' : ` ${names.join(' and ')}`}`;
}

/** A right for several names is there when it is there for each. */
async function isAllowed(api: ClusterApi, permission: Permission): Promise<boolean> {
  const names = permission.names ?? [undefined];
  const answers = await Promise.all(names.map((name) => isAllowedFor(api, permission, name)));
  return answers.every((allowed) => allowed);
}

async function isAllowedFor(
  api: ClusterApi,
  { namespace, group, resource: whole, verb }: Permission,
  name: string | undefined,
): Promise<boolean> {
  const [resource, subresource] = whole.split('/');
  const resourceAttributes = {
    namespace,
    group,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
  const answer = await api.send<{ status?: { allowed?: boolean } }>({
    doing: 'ask what is permitted',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { resourceAttributes } },
  });
  return answer.status?.allowed === true;
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

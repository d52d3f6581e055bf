import type { ErrorFacts } from '../common/errors.ts';
import type { ClusterApi } from './api.ts';
import { type Permission, roleManifest } from './permissions.ts';

/** Which of these the cluster does not allow us, as it says itself. */
export async function missingPermissions(
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

/** What to tell somebody who lacks some of what is needed, with a Role for whoever can give it. */
export async function permissionProblem(
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

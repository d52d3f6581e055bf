import type { PlatformNeeds } from '../platform/index.ts';
import { groupOf, plurals, workloadKind } from './workloads.ts';

/** One thing that must be allowed in the namespace. */
export interface Permission {
  /** API group; empty for the core group. */
  readonly group: string;
  /** Plural, with the subresource behind a slash. */
  readonly resource: string;
  readonly verb: string;
}

/** What the needs of a session take, each once, sorted. Pure. */
export function permissionsFor(needs: PlatformNeeds): readonly Permission[] {
  const all = new Map<string, Permission>();
  const add = (group: string, resource: string, ...verbs: readonly string[]) => {
    for (const verb of verbs) all.set(`${group}/${resource}/${verb}`, { group, resource, verb });
  };
  const targets = [...needs.bridges.map(({ target }) => target), ...needs.environments, ...needs.outbound];
  for (const target of targets) {
    const kind = workloadKind(target);
    if (kind !== undefined) add(groupOf(kind), plurals[kind], 'get');
  }
  const hasAgents = needs.bridges.length + needs.outbound.length > 0;
  if (targets.length > 0) add('', 'pods', 'get', 'list');
  if (hasAgents) {
    add('', 'pods', 'get', 'list', 'watch');
    // Which verb opens a stream depends on the version of the cluster.
    add('', 'pods/portforward', 'get', 'create');
  }
  if ([...needs.bridges.map(({ target }) => target), ...needs.outbound].some(workloadKind))
    add('', 'pods/ephemeralcontainers', 'patch');
  if (needs.outbound.some(({ kind }) => kind === 'namespace')) {
    add('batch', 'jobs', 'create');
    // For a dry run: a Job is let in even where its pod is not.
    add('', 'pods', 'create');
  }
  if (needs.environments.length > 0) {
    add('', 'configmaps', 'get');
    add('', 'secrets', 'get');
  }
  if (needs.files.length > 0) {
    add('', 'configmaps', 'get');
    add('', 'secrets', 'get');
    add('', 'pods/exec', 'get', 'create');
    add('', 'serviceaccounts/token', 'create');
  }
  return [...all.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** A Role and a RoleBinding that allow it, as lines of YAML that kubectl takes. Pure. */
export function roleManifest(
  permissions: readonly Permission[],
  namespace: string,
  user: string,
): readonly string[] {
  const rules = new Map<string, { group: string; resource: string; verbs: string[] }>();
  for (const { group, resource, verb } of permissions) {
    const rule = rules.get(`${group}/${resource}`) ?? { group, resource, verbs: [] };
    rule.verbs.push(verb);
    rules.set(`${group}/${resource}`, rule);
  }
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: {name: gefyra-devenv, namespace: ${namespace}}`,
    'rules:',
    ...[...rules.values()].map(
      ({ group, resource, verbs }) =>
        `  - {apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.join(', ')}]}`,
    ),
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: {name: gefyra-devenv, namespace: ${namespace}}`,
    'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gefyra-devenv}',
    `subjects: [${subject(user)}]`,
  ];
}

function subject(user: string): string {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  if (account !== null) return `{kind: ServiceAccount, namespace: ${account[1]}, name: ${account[2]}}`;
  return `{apiGroup: rbac.authorization.k8s.io, kind: User, name: ${JSON.stringify(user)}}`;
}

function keyOf({ group, resource, verb }: Permission): string {
  // A blank sorts a resource before its subresources.
  return `${group} ${resource} ${verb}`;
}

import { createHash } from 'node:crypto';
import type { Permission } from './permissions.ts';

/** Whose Role it is. */
export interface RoleOwner {
  /** The user as the cluster knows it. */
  readonly user: string;
  /** Name of the project whose file needs it. */
  readonly project: string;
}

/** Longer names are cut: they are labels of nothing, but people read them in lists. */
const LONGEST_PART = 40;

/**
 * A Role and a RoleBinding in each namespace that allow it, as lines of YAML that kubectl takes; none where nothing is
 * needed. Their names say whose and which project's they are, so that applying one takes no other's rights away. Pure.
 */
export function roleManifest(permissions: readonly Permission[], owner: RoleOwner): readonly string[] {
  const namespaces = new Set(permissions.map(({ namespace }) => namespace));
  const documents = [...namespaces].map((namespace) =>
    inNamespace(
      permissions.filter((permission) => permission.namespace === namespace),
      namespace,
      owner,
    ),
  );
  return documents.flatMap((lines, index) => (index === 0 ? lines : ['---', ...lines]));
}

function inNamespace(
  permissions: readonly Permission[],
  namespace: string,
  owner: RoleOwner,
): readonly string[] {
  const rules = new Map<string, { permission: Permission; verbs: string[] }>();
  for (const permission of permissions) {
    const { group, resource, names } = permission;
    const key = JSON.stringify([group, resource, names]);
    const rule = rules.get(key) ?? { permission, verbs: [] };
    rule.verbs.push(permission.verb);
    rules.set(key, rule);
  }
  const metadata = `metadata: {name: ${roleName(owner)}, namespace: ${namespace}}`;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    metadata,
    'rules:',
    ...[...rules.values()].map(({ permission, verbs }) => ruleLine(permission, verbs)),
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    metadata,
    `roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${roleName(owner)}}`,
    `subjects: [${subject(owner.user)}]`,
  ];
}

function ruleLine({ group, resource, names }: Permission, verbs: readonly string[]): string {
  const only = names === undefined ? '' : `, resourceNames: [${names.map((name) => `"${name}"`).join(', ')}]`;
  return `  - {apiGroups: ["${group}"], resources: ["${resource}"]${only}, verbs: [${verbs.join(', ')}]}`;
}

function roleName({ user, project }: RoleOwner): string {
  return `gefyra-devenv-${project}-${userPart(user)}`;
}

/** A user's name as part of another name; where it loses something of it, what is lost stands behind it as a hash. */
function userPart(user: string): string {
  const short = user.replace(/^system:serviceaccount:/, '');
  const part = short
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_PART)
    .replaceAll(/^-|-$/g, '');
  if (part === user) return part;
  const hash = createHash('sha256').update(user).digest('hex').slice(0, 6);
  return part === '' ? hash : `${part}-${hash}`;
}

function subject(user: string): string {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  if (account !== null) return `{kind: ServiceAccount, namespace: ${account[1]}, name: ${account[2]}}`;
  return `{apiGroup: rbac.authorization.k8s.io, kind: User, name: ${JSON.stringify(user)}}`;
}

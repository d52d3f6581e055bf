import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PolicyRule } from '@kubernetes/client-node';
import { kubectl as administer } from './cluster.ts';

/** Somebody who may do in one namespace what devenv needs there, and nothing else. */
export interface Access extends AsyncDisposable {
  /** What makes devenv act as them. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on they may do exactly this, and what other roles give them. */
  allow(rules: readonly V1PolicyRule[]): Promise<void>;
}

const rule = (group: string, resource: string, ...verbs: string[]): V1PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});

/** Everything that devenv can need, as its documentation has it. */
export const everything: readonly V1PolicyRule[] = [
  rule('', 'pods', 'get', 'list', 'watch', 'create'),
  rule('', 'pods/ephemeralcontainers', 'patch'),
  rule('', 'pods/portforward', 'get', 'create'),
  rule('', 'pods/exec', 'get', 'create'),
  rule('', 'configmaps', 'get'),
  rule('', 'secrets', 'get'),
  rule('', 'serviceaccounts/token', 'create'),
  rule('', 'services', 'get', 'list'),
  rule('apps', 'deployments', 'get', 'list'),
  rule('apps', 'statefulsets', 'get', 'list'),
  rule('apps', 'daemonsets', 'get', 'list'),
  rule('apps', 'replicasets', 'get', 'list'),
  rule('batch', 'jobs', 'create', 'delete', 'get', 'patch'),
  rule('', 'events', 'list'),
  rule('', 'limitranges', 'list'),
];

/** What somebody is known by who acts in a namespace, and how that is administered. */
export interface AccessOptions {
  readonly namespace: string;
  /** Runs kubectl in it as the administrator. */
  readonly kubectl: (...words: readonly string[]) => Promise<string>;
  /** Name of their service account. */
  readonly name?: string;
  /** What they may do at first; everything that devenv can need unless said otherwise. */
  readonly rules?: readonly V1PolicyRule[];
}

/** Makes a service account with these rights in a namespace, and a kubeconfig for it. Disposing removes the file. */
export async function developerAccess({
  namespace,
  kubectl,
  name = 'developer',
  rules = everything,
}: AccessOptions): Promise<Access> {
  const folder = await mkdtemp(join(tmpdir(), 'e2ek-'));
  await kubectl('create', 'serviceaccount', name);
  const allow = async (allowed: readonly V1PolicyRule[]) => {
    const file = join(folder, 'role.json');
    await writeFile(file, JSON.stringify(boundRole(namespace, name, allowed)));
    await kubectl('apply', '--filename', file);
  };
  await allow(rules);
  const token = await kubectl('create', 'token', name, '--duration=2h');
  const [admin] = JSON.parse(await administer('config', 'view', '--raw', '--minify', '-o', 'json')).clusters;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: admin.cluster }],
    users: [{ name, user: { token } }],
    // Called like a local one, so that nobody is asked.
    contexts: [{ name: 'kind-e2e', context: { cluster: 'test', user: name } }],
    'current-context': 'kind-e2e',
  };
  const file = join(folder, 'kubeconfig');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return {
    env: { KUBECONFIG: file },
    allow,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function boundRole(namespace: string, name: string, rules: readonly V1PolicyRule[]): object {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { namespace, name: `tests-${name}` };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name };
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  const items = [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}

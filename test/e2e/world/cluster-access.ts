import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Permission, roleManifest } from '../../../src/kubernetes/permissions.ts';
import { kubectl as administer } from './cluster.ts';

/** Somebody who may do in one namespace what devenv needs there, and nothing else. */
export interface Access extends AsyncDisposable {
  /** What makes devenv act as them. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on they may do exactly this. */
  allow(permissions: readonly Permission[]): Promise<void>;
}

const rule = (group: string, resource: string, ...verbs: readonly string[]) =>
  verbs.map((verb) => ({ group, resource, verb }));

/** Everything that devenv can need, as its documentation has it. */
export const everything: readonly Permission[] = [
  ...rule('', 'pods', 'get', 'list', 'watch', 'create'),
  ...rule('', 'pods/ephemeralcontainers', 'patch'),
  ...rule('', 'pods/portforward', 'get', 'create'),
  ...rule('', 'pods/exec', 'get', 'create'),
  ...rule('', 'configmaps', 'get'),
  ...rule('', 'secrets', 'get'),
  ...rule('', 'serviceaccounts/token', 'create'),
  ...rule('apps', 'deployments', 'get', 'list'),
  ...rule('apps', 'statefulsets', 'get', 'list'),
  ...rule('apps', 'daemonsets', 'get', 'list'),
  ...rule('apps', 'replicasets', 'get', 'list'),
  ...rule('batch', 'jobs', 'create'),
];

/** Makes a service account with these rights in a namespace, and a kubeconfig for it. Disposing removes the file. */
export async function developerAccess(
  namespace: string,
  kubectl: (...words: readonly string[]) => Promise<string>,
): Promise<Access> {
  const folder = await mkdtemp(join(tmpdir(), 'e2ek-'));
  const name = 'developer';
  await kubectl('create', 'serviceaccount', name);
  const allow = async (permissions: readonly Permission[]) => {
    const file = join(folder, 'role.yaml');
    const user = `system:serviceaccount:${namespace}:${name}`;
    await writeFile(file, `${roleManifest(permissions, namespace, user).join('\n')}\n`);
    await kubectl('apply', '--filename', file);
  };
  await allow(everything);
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

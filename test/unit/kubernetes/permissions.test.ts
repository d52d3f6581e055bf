import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { permissionsFor } from '../../../src/kubernetes/permissions.ts';
import { roleManifest } from '../../../src/kubernetes/role.ts';
import { STANDALONE_JOB } from '../../../src/kubernetes/standalone-job.ts';
import type { Workload } from '../../../src/kubernetes/workloads.ts';
import { targetText } from '../../../src/model/workspace.ts';
import type { PlatformNeeds } from '../../../src/platform/index.ts';
import { aTarget } from '../../builders/workspace.ts';

const NOTHING: PlatformNeeds = {
  project: 'shop',
  bridges: [],
  outbound: [],
  environments: [],
  files: [],
  agentImage: 'agent:1',
};

const target = aTarget('deployment/shop');

function aWorkload(pod: V1PodSpec, fields: Partial<Workload> = {}): Workload {
  return { metadata: {}, pod, replicas: 1, firstOrdinal: 0, selector: 'app=shop', ...fields };
}

function neededBy(needs: Partial<PlatformNeeds>, workloads: Readonly<Record<string, Workload>> = {}) {
  const workload = (of: Parameters<typeof targetText>[0]) => workloads[targetText(of)];
  return permissionsFor({ ...NOTHING, ...needs }, { namespace: 'dev', workload });
}

function textOf(...given: Parameters<typeof neededBy>): readonly string[] {
  return neededBy(...given).map(({ group, resource, verb, names }) => {
    const of = names === undefined ? '' : ` ${names.join(',')}`;
    return `${verb} ${resource}${group === '' ? '' : `.${group}`}${of}`;
  });
}

describe('permissions', () => {
  it('are none for a file that asks nothing of the cluster', () => {
    expect(textOf({})).toEqual([]);
  });

  it('of a bridge', () => {
    expect(textOf({ bridges: [{ target, port: 80 }] })).toEqual([
      'get pods',
      'list pods',
      'watch pods',
      'patch pods/ephemeralcontainers',
      'create pods/portforward',
      'get pods/portforward',
      'get deployments.apps shop',
    ]);
  });

  it('name the pods whose names do not come by chance', () => {
    const db = aTarget('statefulset/db');
    const workloads = { 'statefulset/db': aWorkload({ containers: [] }, { replicas: 2, firstOrdinal: 3 }) };
    const texts = textOf({ bridges: [{ target: db, port: 80 }] }, workloads);
    expect(texts).toContain('patch pods/ephemeralcontainers db-3,db-4');
    expect(texts).toContain('create pods/portforward db-3,db-4');
    expect(textOf({ outbound: [aTarget('pod/one')] })).toContain('patch pods/ephemeralcontainers one');
    const both = textOf(
      {
        bridges: [
          { target: db, port: 80 },
          { target, port: 80 },
        ],
      },
      workloads,
    );
    expect(both).toContain('patch pods/ephemeralcontainers');
  });

  it('of variables are for the objects that the container names, and nothing is placed', () => {
    const containers = [
      {
        name: 'app',
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [
          { name: 'A', value: 'a' },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'more', key: 'b' } } },
        ],
      },
    ];
    const workloads = { 'deployment/shop': aWorkload({ containers }) };
    expect(textOf({ environments: [target] }, workloads)).toEqual([
      'get configmaps more,settings',
      'list pods',
      'get deployments.apps shop',
    ]);
  });

  it('of files are for what the volume is put together from', () => {
    const containers = [
      {
        name: 'app',
        volumeMounts: [
          { name: 'all', mountPath: '/etc/shop' },
          { name: 'data', mountPath: '/data' },
        ],
      },
    ];
    const sources = [{ secret: { name: 'key' } }, { serviceAccountToken: { path: 'token' } }];
    const volumes = [
      { name: 'all', projected: { sources } },
      { name: 'data', emptyDir: {} },
    ];
    const workloads = {
      'deployment/shop': aWorkload({ containers, volumes, serviceAccountName: 'robot' }),
    };
    expect(textOf({ files: [{ from: target, source: '/etc/shop/tls' }] }, workloads)).toEqual([
      'list pods',
      'get secrets key',
      'create serviceaccounts/token robot',
      'get deployments.apps shop',
    ]);
    expect(textOf({ files: [{ from: target, source: '/data' }] }, workloads)).toEqual([
      'list pods',
      'create pods/exec',
      'get pods/exec',
      'get deployments.apps shop',
    ]);
  });

  it('of the token that each pod is given are for that one, unless the pods are given none', () => {
    const source = '/var/run/secrets/kubernetes.io/serviceaccount/token';
    const pod = { containers: [{ name: 'app' }] };
    const given = { 'deployment/shop': aWorkload(pod) };
    expect(textOf({ files: [{ from: target, source }] }, given)).toEqual([
      'get configmaps kube-root-ca.crt',
      'list pods',
      'create serviceaccounts/token default',
      'get deployments.apps shop',
    ]);
    const none = { 'deployment/shop': aWorkload({ ...pod, automountServiceAccountToken: false }) };
    expect(textOf({ files: [{ from: target, source }] }, none)).toContain('create pods/exec');
  });

  it('are for any object as long as the workload cannot be read', () => {
    const texts = textOf({ environments: [target], files: [{ from: target, source: '/etc/shop' }] });
    expect(texts).toEqual([
      'get configmaps',
      'list pods',
      'create pods/exec',
      'get pods/exec',
      'get secrets',
      'create serviceaccounts/token',
      'get deployments.apps shop',
    ]);
  });

  it('of a service without a workload: a Job and no capability', () => {
    expect(textOf({ outbound: [{ kind: 'namespace', path: [] }] })).toEqual([
      'list events',
      'create pods',
      'list pods',
      'create pods/portforward',
      'get pods/portforward',
      'create jobs.batch',
      `delete jobs.batch ${STANDALONE_JOB}`,
      `get jobs.batch ${STANDALONE_JOB}`,
      `patch jobs.batch ${STANDALONE_JOB}`,
    ]);
  });
});

describe('a role', () => {
  const needed = neededBy({ bridges: [{ target: aTarget('pod/x'), port: 80 }] });

  it('is named for its user and project, and bound to that user', () => {
    expect(
      roleManifest(needed, { user: 'jane@example.com', project: 'shop' }).join('\n'),
    ).toMatchInlineSnapshot(`
      "apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: gefyra-devenv-shop-jane-example-com-8c87b4, namespace: dev}
      rules:
        - {apiGroups: [""], resources: ["pods"], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: ["pods/ephemeralcontainers"], resourceNames: ["x"], verbs: [patch]}
        - {apiGroups: [""], resources: ["pods/portforward"], resourceNames: ["x"], verbs: [create, get]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: gefyra-devenv-shop-jane-example-com-8c87b4, namespace: dev}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gefyra-devenv-shop-jane-example-com-8c87b4}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "jane@example.com"}]"
    `);
    const robot = roleManifest(needed, { user: 'system:serviceaccount:ci:robot', project: 'shop' });
    expect(robot.at(-1)).toBe('subjects: [{kind: ServiceAccount, namespace: ci, name: robot}]');
  });

  it('is another one for everybody and for every project', () => {
    const nameOf = (user: string, project = 'shop') => roleManifest(needed, { user, project })[2];
    const users = [
      'ann',
      'Ann',
      'ann@a.example',
      'ann@b.example',
      'ann.a',
      'ann-a',
      '安',
      '',
      'a'.repeat(200),
    ];
    const all = [...users.map((user) => nameOf(user)), nameOf('ann', 'cart')];
    expect(new Set(all).size).toBe(all.length);
    for (const name of all) expect(name).toMatch(/^metadata: \{name: [a-z0-9-]{1,100}, namespace: dev\}$/);
  });

  it('is one in each namespace', () => {
    const elsewhere = needed.map((permission) => ({ ...permission, namespace: 'other' }));
    const text = roleManifest([...needed, ...elsewhere], { user: 'ann', project: 'shop' }).join('\n');
    expect(text.match(/^kind: Role$/gm)).toHaveLength(2);
    expect(text.match(/^---$/gm)).toHaveLength(3);
    expect(text).toContain('namespace: other}');
  });

  it('is nothing where nothing is needed', () => {
    expect(roleManifest([], { user: 'ann', project: 'shop' })).toEqual([]);
  });
});

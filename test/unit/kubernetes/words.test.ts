import { describe, expect, it } from 'vitest';
import { agentContainer } from '../../../src/kubernetes/agent-container.ts';
import { imageAdvice, isImageProblem } from '../../../src/kubernetes/image-advice.ts';
import { isLocalCluster } from '../../../src/kubernetes/local-cluster.ts';
import { permissionsFor, roleManifest } from '../../../src/kubernetes/permissions.ts';
import { standaloneJob } from '../../../src/kubernetes/standalone.ts';
import type { PlatformNeeds } from '../../../src/platform/index.ts';
import { aTarget } from '../../builders/workspace.ts';

const NOTHING: PlatformNeeds = {
  bridges: [],
  outbound: [],
  environments: [],
  files: [],
  agentImage: 'agent:1',
};

function textOf(needs: Partial<PlatformNeeds>): readonly string[] {
  return permissionsFor({ ...NOTHING, ...needs }).map(
    ({ group, resource, verb }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`,
  );
}

const OWN = 'localhost/gefyra-devenv/agent:1a2b';

describe('permissions', () => {
  it('are none for a file that asks nothing of the cluster', () => {
    expect(textOf({})).toEqual([]);
  });

  it('of a bridge', () => {
    expect(textOf({ bridges: [{ target: aTarget('statefulset/db'), port: 80 }] })).toEqual([
      'get pods',
      'list pods',
      'watch pods',
      'patch pods/ephemeralcontainers',
      'create pods/portforward',
      'get pods/portforward',
      'get statefulsets.apps',
    ]);
  });

  it('of variables and files alone: nothing is placed', () => {
    const target = aTarget('deployment/shop');
    const texts = textOf({ environments: [target], files: [{ from: target, source: '/etc/shop' }] });
    expect(texts).toContain('get secrets');
    expect(texts).toContain('create pods/exec');
    expect(texts).not.toContain('patch pods/ephemeralcontainers');
  });

  it('of a service without a workload: a Job and no capability', () => {
    const texts = textOf({ outbound: [{ kind: 'namespace', path: [] }] });
    expect(texts).toContain('create jobs.batch');
    expect(texts).not.toContain('patch pods/ephemeralcontainers');
  });

  it('come as a Role and a RoleBinding for a user or a service account', () => {
    const needed = permissionsFor({ ...NOTHING, bridges: [{ target: aTarget('pod/x'), port: 80 }] });
    expect(roleManifest(needed, 'shop', 'jane@example.com').join('\n')).toMatchInlineSnapshot(`
      "apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: gefyra-devenv, namespace: shop}
      rules:
        - {apiGroups: [""], resources: ["pods"], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: ["pods/ephemeralcontainers"], verbs: [patch]}
        - {apiGroups: [""], resources: ["pods/portforward"], verbs: [create, get]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: gefyra-devenv, namespace: shop}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gefyra-devenv}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "jane@example.com"}]"
    `);
    expect(roleManifest(needed, 'shop', 'system:serviceaccount:ci:robot').at(-1)).toBe(
      'subjects: [{kind: ServiceAccount, namespace: ci, name: robot}]',
    );
  });
});

describe('a cluster', () => {
  it.each([
    ['kind-dev', 'https://127.0.0.1:34567', true],
    ['k3d-dev', 'https://0.0.0.0:34567', true],
    ['minikube', 'https://192.168.49.2:8443', true],
    ['docker-desktop', 'https://kubernetes.docker.internal:6443', true],
    ['production', 'https://127.0.0.1:6443', false],
    ['kind-dev', 'https://cluster.example.com', false],
    ['gke_shop_europe', 'https://203.0.113.7', false],
  ])('%s at %s: local is %s', (context, server, expected) => {
    expect(isLocalCluster(context, server)).toBe(expected);
  });
});

describe('an image that is made here alone', () => {
  it.each([
    [OWN, 'Never'],
    ['registry.example.com/tools/agent:1', 'IfNotPresent'],
    ['gefyra-devenv/agent:1a2b', 'IfNotPresent'],
    ['localhost/agent:1', 'IfNotPresent'],
    ['localhost:5000/gefyra-devenv/agent:1', 'IfNotPresent'],
  ])('is asked of no registry by nodes: %s %s', (image, policy) => {
    const spec = { image, secret: 's' };
    expect(agentContainer('agent', spec, 20_001).imagePullPolicy).toBe(policy);
    expect(standaloneJob(spec).spec?.template.spec?.containers[0]?.imagePullPolicy).toBe(policy);
  });
});

describe('advice for an image that a node cannot get', () => {
  it.each([
    ['kind-dev', 'kind load docker-image a:1 --name dev'],
    ['k3d-dev', 'k3d image import a:1 --cluster dev'],
    ['minikube', 'minikube image load a:1'],
    ['staging', 'push it to a registry'],
  ])('in context %s', (context, expected) => {
    expect(imageAdvice(context, 'a:1')).toContain(expected);
  });

  it('for an image that is made here alone names a registry with what to do', () => {
    expect(imageAdvice('staging', OWN)).toMatch(
      /docker tag localhost\/gefyra-devenv\/agent:1a2b REGISTRY\/NAME.*connection: \{agent/,
    );
    expect(imageAdvice('kind-dev', OWN)).toContain(`kind load docker-image ${OWN} --name dev`);
  });

  it('is given for the reasons that the kubelet has', () => {
    expect(
      ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'].filter(isImageProblem),
    ).toHaveLength(4);
    expect(isImageProblem('CreateContainerConfigError')).toBe(false);
  });
});

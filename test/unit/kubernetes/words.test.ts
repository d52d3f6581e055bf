import { describe, expect, it } from 'vitest';
import { agentContainer, graceOf } from '../../../src/kubernetes/agent-container.ts';
import { imageAdvice, isImageProblem } from '../../../src/kubernetes/image-advice.ts';
import { isLocalCluster } from '../../../src/kubernetes/local-cluster.ts';
import { standaloneJob } from '../../../src/kubernetes/standalone-job.ts';

const OWN = 'localhost/gefyra-devenv/agent:1a2b';

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
    const spec = { kind: 'net', image, secret: 's' } as const;
    expect(agentContainer('agent', spec, 20_001).imagePullPolicy).toBe(policy);
    expect(standaloneJob(spec, false).spec?.template.spec?.containers[0]?.imagePullPolicy).toBe(policy);
  });
});

describe('the container of an agent', () => {
  it('is told how long the kubelet waits for its end', () => {
    const spec = { kind: 'net', image: OWN, secret: 's' } as const;
    const graceIn = (pod: object) =>
      agentContainer('agent', spec, 20_001, { graceMs: graceOf(pod) }).env?.find(
        ({ name }) => name === 'DEVENV_GRACE_MS',
      )?.value;
    expect(graceIn({ spec: { containers: [], terminationGracePeriodSeconds: 7 } })).toBe('7000');
    expect(graceIn({ spec: { containers: [] } })).toBe('30000');
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

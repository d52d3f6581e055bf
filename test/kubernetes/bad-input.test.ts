import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv } from '../e2e/world/devenv.ts';
import { docker, dockerLines } from '../e2e/world/docker.ts';
import { containersOf, networksOf } from '../e2e/world/leftovers.ts';
import { demoImage } from '../e2e/world/paths.ts';

let scenario: Scenario<ClusterPod>;
let kubeconfig: { contexts: object[]; clusters: object[]; users: object[]; 'current-context': string };

beforeAll(async () => {
  scenario = await aClusterScenario();
  kubeconfig = JSON.parse(await readFile(scenario.pod.env['KUBECONFIG'] ?? '', 'utf8'));
});
afterAll(() => scenario[Symbol.asyncDispose]());

/** Runs `up` on a file for a target, and sees to it that nothing is left. */
async function up(
  target: string,
  ports = '[8155]',
  options: { env?: Record<string, string>; args?: string[] } = {},
) {
  const { pod, copy } = scenario;
  const yaml = `name: ${pod.name}
services:
  app:
    image: ${demoImage}
    command: sleep 3600
    bridges: [{target: "${target}", ports: ${ports}}]
`;
  await writeFile(join(copy.folder, 'gefyra.yaml'), yaml);
  const place = scenario.options();
  const env = { ...place.env, ...options.env };
  const result = await runDevenv([...(options.args ?? []), 'up'], { ...place, env });
  expect([...(await containersOf(copy.project)), ...(await networksOf(copy.project))]).toEqual([]);
  return result;
}

async function aKubeconfig(change: (config: typeof kubeconfig) => unknown): Promise<Record<string, string>> {
  const config = structuredClone(kubeconfig);
  change(config);
  const file = join(scenario.copy.folder, `kubeconfig-${Math.random()}`);
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}

describe('the kubeconfig', () => {
  it('is missing', async () => {
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', {
      env: { KUBECONFIG: '/nowhere/config' },
    });
    expect(stderr).toMatch(/there is no kubeconfig: \/nowhere\/config does not exist/);
    expect(code).toBe(4);
  });

  it('has no such context', async () => {
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', {
      args: ['--context', 'kind-e3e'],
    });
    expect(stderr).toMatch(/the kubeconfig has no context kind-e3e[\s\S]*did you mean kind-e2e\?/);
    expect(code).toBe(4);
  });

  it('names a cluster that does not answer', async () => {
    const env = await aKubeconfig((config) => {
      config.clusters = [{ name: 'test', cluster: { server: 'https://127.0.0.1:9' } }];
    });
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', { env });
    expect(stderr).toMatch(/does not answer: connect ECONNREFUSED[\s\S]*get --raw \/readyz/);
    expect(code).toBe(4);
  });

  it('holds a credential that has expired', async () => {
    const env = await aKubeconfig((config) => {
      config.users = [{ name: 'developer', user: { token: 'expired' } }];
    });
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', { env });
    expect(stderr).toMatch(/refuses the credentials of developer[\s\S]*log in/);
    expect(code).toBe(4);
  });

  it('names a plugin that fails, whose words are shown', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'echo "you are logged out" >&2; exit 1'],
      interactiveMode: 'Never',
    };
    const env = await aKubeconfig((config) => {
      config.users = [{ name: 'developer', user: { exec } }];
    });
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', { env });
    expect(stderr).toMatch(/credentials of developer[\s\S]*you are logged out/);
    expect(code).toBe(4);
  });
});

describe('the target', () => {
  it.each([
    [
      'deployment/sidecar-dmo',
      /there is no deployment sidecar-dmo in namespace[\s\S]*did you mean sidecar-demo\?/,
    ],
    ['statefulset/sidecar-demo', /there is no statefulset sidecar-demo[\s\S]*has no statefulsets/],
    ['deployment/sidecar-demo/ap', /no container ap[\s\S]*did you mean app\?/],
    ['pod/nobody', /there is no pod nobody/],
  ])('%s is not there', async (target, message) => {
    const { code, stderr } = await up(target);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it('has no port of that name', async () => {
    const { stderr } = await up('deployment/sidecar-demo', '[htp]');
    expect(stderr).toMatch(/none of its ports is named htp[\s\S]*did you mean http\?/);
  });

  it('declares no such port: whether anything listens on it is seen later, which plan says', async () => {
    const { pod, copy } = scenario;
    const yaml = `name: ${pod.name}\nservices:\n  app:\n    image: ${demoImage}\n    bridges: [{target: deployment/sidecar-demo, ports: [9999]}]\n`;
    await writeFile(join(copy.folder, 'gefyra.yaml'), yaml);
    const { code, stderr } = await runDevenv(['plan'], scenario.options());
    expect(stderr).toMatch(/^note: none of the containers of deployment\/sidecar-demo .*9999/m);
    expect(code).toBe(0);
  });

  it('several things are wrong, and all are told', async () => {
    const { stderr } = await up('deployment/sidecar-demo', '[htp, htq]');
    expect(stderr).toMatch(
      /2 things stand in the way; nothing was touched[\s\S]*1\. .*named ht[pq][\s\S]*2\. .*named ht[pq]/,
    );
  });

  it('is scaled to zero', async () => {
    await scenario.pod.kubectl('scale', 'deployment/vault', '--replicas=0');
    const { stderr } = await up('deployment/vault', '[9000]');
    await scenario.pod.kubectl('scale', 'deployment/vault', '--replicas=1');
    expect(stderr).toMatch(/it is scaled to zero[\s\S]*kubectl scale deployment\/vault --replicas=1/);
  });

  it('is in a namespace that does not exist, as an administrator sees it', async () => {
    const env = { KUBECONFIG: process.env['KUBECONFIG'] ?? '', GEFYRA_NAMESPACE: 'defalt' };
    const { stderr } = await up('deployment/x', '[80]', { env, args: ['-y'] });
    expect(stderr).toMatch(/has no namespace defalt[\s\S]*did you mean default\?/);
  });

  it.each([
    ['grpc', { grpc: { port: 8155 }, initialDelaySeconds: 600 }, /calls it by gRPC/],
    ['https', { httpGet: { port: 8155, scheme: 'HTTPS' }, initialDelaySeconds: 600 }, /calls it by HTTPS/],
  ])('has a probe by %s on the port', async (name, livenessProbe, message) => {
    const { pod } = scenario;
    await pod.apply(aPod(name, { containers: [{ ...aContainer, livenessProbe }] }));
    await pod.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=30s');
    const { code, stderr } = await up(`pod/${name}`);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it('has a probe that runs a command which may call the port: a warning', async () => {
    const { pod } = scenario;
    const command = ['sh', '-c', 'echo curl http://127.0.0.1:8155/'];
    await pod.apply(aPod('exec', { containers: [{ ...aContainer, readinessProbe: { exec: { command } } }] }));
    await pod.kubectl('wait', '--for=condition=Ready', 'pod/exec', '--timeout=30s');
    await writeFile(
      join(scenario.copy.folder, 'gefyra.yaml'),
      `name: ${pod.name}\nservices:\n  app:\n    image: ${demoImage}\n    bridges: [{target: pod/exec, ports: [8155]}]\n`,
    );
    const { code, stderr } = await runDevenv(['plan'], scenario.options());
    expect(stderr).toMatch(/readiness probe of container app may call port 8155/);
    expect(code).toBe(0);
  });

  it("uses its node's network", async () => {
    await scenario.pod.apply(
      aPod('host', { containers: [{ ...aContainer, command: ['sleep', '3600'] }], hostNetwork: true }),
    );
    await scenario.pod.kubectl('wait', '--for=condition=Ready', 'pod/host', '--timeout=30s');
    const { stderr } = await up('pod/host');
    expect(stderr).toMatch(/use the network of their node \(hostNetwork\)/);
  });
});

describe('the cluster', () => {
  it('cannot get the image of the agent', async () => {
    const image = 'localhost:1/tools/agent:only-on-this-machine';
    await docker('tag', await ownImage(), image);
    const env = { GEFYRA_AGENT_IMAGE: image };
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', { env });
    await docker('image', 'rm', image);
    expect(stderr).toMatch(/the agent in pod .* does not start: (ErrImagePull|ImagePullBackOff)/);
    expect(stderr).toMatch(
      /kind load docker-image localhost:1\/tools\/agent:only-on-this-machine --name e2e/,
    );
    expect(code).toBe(1);
    // What is stuck in a pod stays there: the next session must get past it.
    const after = await runDevenv(['plan'], scenario.options());
    expect(after.code).toBe(0);
  });

  it('has not been given the image that is made here, and asks no registry for it', async () => {
    const image = 'localhost/gefyra-devenv/agent:only-on-this-machine';
    await docker('tag', await ownImage(), image);
    const env = { GEFYRA_AGENT_IMAGE: image };
    const { code, stderr } = await up('deployment/sidecar-demo', '[8155]', { env });
    await docker('image', 'rm', image);
    expect(stderr).toMatch(/the agent in pod .* does not start: ErrImageNeverPull/);
    expect(stderr).toContain(`kind load docker-image ${image} --name e2e`);
    expect(code).toBe(1);
  });

  it('does not let the agent in', async () => {
    const { pod } = scenario;
    await pod.kubectl('label', 'namespace', pod.namespace, 'pod-security.kubernetes.io/enforce=baseline');
    const { code, stderr } = await up('deployment/sidecar-demo');
    await pod.kubectl('label', 'namespace', pod.namespace, 'pod-security.kubernetes.io/enforce-');
    expect(stderr).toMatch(
      /does not let in an agent[\s\S]*violates PodSecurity "baseline:latest"[\s\S]*NET_ADMIN/,
    );
    expect(code).toBe(4);
  });

  it('is not one on this machine, and nobody can be asked', async () => {
    const env = await aKubeconfig((config) => {
      config.contexts = [{ name: 'production', context: { cluster: 'test', user: 'developer' } }];
      config['current-context'] = 'production';
    });
    const refused = await up('deployment/sidecar-demo', '[8155]', { env });
    expect(refused.stderr).toMatch(
      /production[\s\S]*is not on this machine, and nobody can be asked[\s\S]*use -y/,
    );
    expect(refused.code).toBe(1);
  });
});

/** One of those that were made here. */
async function ownImage(): Promise<string> {
  const format = '{{.Repository}}:{{.Tag}}';
  const [image] = await dockerLines('image', 'ls', '--format', format, 'localhost/gefyra-devenv/agent');
  return image ?? '';
}

const aContainer = {
  name: 'app',
  image: demoImage,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', '-e', "require('http').createServer((_, answer) => answer.end()).listen(8155)"],
  ports: [{ containerPort: 8155 }],
};

function aPod(name: string, spec: object) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: scenario.pod.namespace },
    spec: { terminationGracePeriodSeconds: 1, ...spec },
  };
}

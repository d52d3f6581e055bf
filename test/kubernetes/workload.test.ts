import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv, startDevenv } from '../e2e/world/devenv.ts';
import { docker, dockerLines } from '../e2e/world/docker.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** What the pod of these tests has besides the example's: everything a service may want to have of it. */
const additions = {
  spec: {
    template: {
      metadata: { annotations: { 'example.com/team': 'blue' } },
      spec: {
        containers: [
          {
            name: 'app',
            env: [
              { name: 'LITERAL', value: 'plain' },
              { name: 'EXPANDED', value: '$(LITERAL)-$(FROM_MAP)-$(NOWHERE)-$$(LITERAL)' },
              { name: 'FROM_MAP', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
              { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
              {
                name: 'MAY_BE_MISSING',
                valueFrom: { secretKeyRef: { name: 'nobody', key: 'x', optional: true } },
              },
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              {
                name: 'TEAM',
                valueFrom: { fieldRef: { fieldPath: "metadata.annotations['example.com/team']" } },
              },
              {
                name: 'MEMORY',
                valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } },
              },
              { name: 'HOME', value: '/nowhere' },
            ],
            envFrom: [
              { configMapRef: { name: 'settings' }, prefix: 'ALL_' },
              { secretRef: { name: 'nobody', optional: true } },
            ],
            resources: { limits: { memory: '128Mi' } },
            volumeMounts: [
              { name: 'settings', mountPath: '/etc/settings' },
              { name: 'keys', mountPath: '/etc/keys' },
            ],
          },
          {
            // Listens on the pod's own loopback address only.
            name: 'proxy',
            image: demoImage,
            imagePullPolicy: 'IfNotPresent',
            command: [
              'node',
              '-e',
              "require('net').createServer((socket) => socket.end('from the proxy')).listen(5432, '127.0.0.1'); process.on('SIGTERM', () => process.exit())",
            ],
          },
        ],
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          {
            name: 'keys',
            secret: { secretName: 'keys', items: [{ key: 'password', path: 'deep/password' }] },
          },
        ],
      },
    },
  },
};

const file = (name: string, target: string) => `name: ${name}
services:
  app:
    image: ${demoImage}
    command: node -e "require('http').createServer((_, answer) => answer.end('here')).listen(8155); process.on('SIGTERM', () => process.exit())"
    env_from: {target: ${target}, exclude: [FROM_SECRET_NOT]}
    outbound: {loopback: [5432]}
    volumes:
      - {type: workload, source: /etc/settings, target: /etc/settings}
      - {type: workload, source: /etc/keys/deep, target: /etc/keys}
      - {type: workload, source: /var/run/secrets/kubernetes.io/serviceaccount, target: /var/run/secrets/kubernetes.io/serviceaccount}
      - {type: workload, source: /pod, target: /pod}
    bridges:
      - {target: ${target}, ports: [app]}
`;

describe('a service that takes everything of its workload', () => {
  let scenario: Scenario<ClusterPod>;
  let service: string;
  let output: () => string;

  beforeAll(async () => {
    scenario = await aClusterScenario();
    const { pod, copy } = scenario;
    const metadata = { namespace: pod.namespace };
    await pod.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: 'settings' },
      data: { color: 'green' },
      binaryData: { 'raw.bin': Buffer.from([0, 255, 1]).toString('base64') },
    });
    await pod.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, name: 'keys' },
      stringData: { password: 'hunter-two' },
    });
    await pod.kubectl('patch', 'deployment', 'sidecar-demo', '--patch', JSON.stringify(additions));
    await pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
    await vi.waitFor(async () => expect(await pod.pods()).toHaveLength(1), { timeout: 20_000 });
    await writeFile(join(copy.folder, 'gefyra.yaml'), file(pod.name, pod.target));
    const session = await scenario.up();
    output = () => session.transcript;
    service = `gefyra-${copy.project}.app`;
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  const run = (...words: readonly string[]) => docker('exec', service, ...words);

  it('is bridged by the name of a port', async () => {
    expect(await scenario.pod.askApp('/')).toMatchObject({ status: 200, body: 'here' });
  });

  it('has its variables: literal, expanded, of ConfigMap, Secret, fields and resources', async () => {
    const lines = (await run('env')).split('\n');
    const variables = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    const { pod: address } = await scenario.pod.addresses();
    const [name] = await scenario.pod.pods();
    expect(variables).toMatchObject({
      LITERAL: 'plain',
      EXPANDED: 'plain-$(FROM_MAP)-$(NOWHERE)-$(LITERAL)',
      FROM_MAP: 'green',
      FROM_SECRET: 'hunter-two',
      POD: name,
      POD_IP: address,
      TEAM: 'blue',
      MEMORY: '128',
      ALL_color: 'green',
      GREETING: 'hello',
      KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc',
    });
    expect(variables).not.toHaveProperty('MAY_BE_MISSING');
    expect(variables['HOME']).not.toBe('/nowhere');
    expect(variables['HOSTNAME']).not.toBe(name);
  });

  it('has them on this machine, too, and any program the workload has them without a file', async () => {
    const { target } = scenario.pod;
    const read = async (...words: readonly string[]) =>
      JSON.parse((await runDevenv(['env', ...words, '--format', 'json'], scenario.options())).stdout);
    const [ours, theirs] = await Promise.all([read('app'), read('--like', target)]);
    for (const all of [ours, theirs])
      expect(all).toMatchObject({ LITERAL: 'plain', FROM_SECRET: 'hunter-two' });
    const { code, stderr } = await runDevenv(['env', '--like', 'deployment/nobody'], scenario.options());
    expect(stderr).toMatch(/there is no deployment nobody/);
    expect(code).toBe(1);
  });

  it('never shows a secret', async () => {
    expect(output()).not.toContain('hunter-two');
    const { stdout, stderr } = await runDevenv(['config'], scenario.options());
    expect(stdout + stderr).not.toContain('hunter-two');
    expect(
      await dockerLines('volume', 'inspect', '--format', '{{.Options.type}}', `${service}.gateway.files-1`),
    ).toEqual(['tmpfs']);
  });

  it('has its files: ConfigMap, Secret, token and plain ones, read-only', async () => {
    expect(await run('cat', '/etc/settings/color')).toBe('green');
    expect(await run('od', '-An', '-tx1', '/etc/settings/raw.bin')).toBe('00 ff 01');
    expect(await run('cat', '/etc/keys/password')).toBe('hunter-two');
    expect(await run('cat', '/pod/app.mjs')).toContain("ANSWERED_BY = 'original'");
    await expect(run('touch', '/etc/settings/mine')).rejects.toThrow(/Read-only/);
  });

  it('reaches the API server as the workload does, by its token', async () => {
    const script = `
      process.env.NODE_EXTRA_CA_CERTS;
      const { readFileSync } = require('fs');
      const at = '/var/run/secrets/kubernetes.io/serviceaccount/';
      const token = readFileSync(at + 'token', 'utf8');
      const options = { host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, ca: readFileSync(at + 'ca.crt'), path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' } };
      const request = require('https').request(options, (answer) => { let text = ''; answer.on('data', (part) => (text += part)); answer.on('end', () => console.log(JSON.parse(text).status.userInfo.username)); });
      request.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }));`;
    expect(await run('node', '-e', script)).toBe(`system:serviceaccount:${scenario.pod.namespace}:default`);
    expect(await run('cat', '/var/run/secrets/kubernetes.io/serviceaccount/namespace')).toBe(
      scenario.pod.namespace,
    );
  });

  it("reaches what listens on the workload's loopback address", async () => {
    const script = `require('net').connect(5432, '127.0.0.1').on('data', (data) => console.log(String(data)))`;
    expect(await run('node', '-e', script)).toBe('from the proxy');
  });

  it.each([
    ['a short name', 'vault'],
    ['a name with its namespace', 'vault.NAMESPACE'],
    ['a name with svc', 'vault.NAMESPACE.svc'],
    ['a full name', 'vault.NAMESPACE.svc.cluster.local'],
  ])('looks up %s', async (_, name) => {
    const host = name.replace('NAMESPACE', scenario.pod.namespace);
    expect(await run('getent', 'hosts', host)).toMatch(/^10\./);
  });

  it('looks up the pods of a headless service, and SRV records', async () => {
    const { pod } = scenario;
    await pod.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'headless', namespace: pod.namespace },
      spec: { clusterIP: 'None', selector: { app: 'vault' }, ports: [{ name: 'http', port: 9000 }] },
    });
    const { vault } = await pod.addresses();
    await expect
      .poll(() => run('getent', 'ahostsv4', 'headless').catch(() => ''), { timeout: 20_000 })
      .toContain(vault);
    const script = `require('dns').promises.resolveSrv('_http._tcp.headless.${pod.namespace}.svc.cluster.local').then((found) => console.log(found[0].port))`;
    expect(await run('node', '-e', script)).toBe('9000');
  });

  it('gets changed files within seconds', async () => {
    await scenario.pod.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: scenario.pod.namespace },
      data: { shape: 'round' },
    });
    await expect
      .poll(() => run('cat', '/etc/settings/shape').catch(() => ''), { timeout: 30_000 })
      .toBe('round');
    expect(await run('ls', '/etc/settings')).toBe('shape');
  });
});

describe('a service without a workload', () => {
  it('is in the network of the namespace, by an agent of its own that ends with the session', async () => {
    await using scenario = await aClusterScenario();
    const { pod, copy } = scenario;
    const yaml = `name: ${pod.name}
connection: {platform: kubernetes}
services:
  app: {image: "${demoImage}", command: sleep 3600, stop_signal: SIGKILL}
`;
    await writeFile(join(copy.folder, 'gefyra.yaml'), yaml);
    // Lets in one Job, however often it is asked for.
    await pod.kubectl('create', 'quota', 'one', '--hard=count/jobs.batch=1');
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
    const script = `fetch('http://vault:9000/who').then((answer) => answer.json()).then((found) => console.log(found.caller))`;
    const caller = await docker('exec', `gefyra-${copy.project}.app`, 'node', '-e', script);
    expect(caller).toMatch(/10\.244\./);
    expect(await pod.kubectl('get', 'jobs', '-o', 'name')).toMatch(/^job\.batch\/gefyra-devenv-agent-v\d+$/);
    const deadline = ['-o', 'jsonpath={.items[*].spec.activeDeadlineSeconds}'];
    expect(Number(await pod.kubectl('get', 'jobs', ...deadline))).toBeGreaterThan(2 * 86_400);
    // Killed without a chance to say so, the session leaves nothing.
    session.signal('SIGKILL');
    await session.exit;
    await expect.poll(() => pod.leftovers(), { timeout: 45_000 }).toEqual([]);
  });

  it('is refused before anything is made where its Job or pod is not let in, and nothing is left of one that fails', async () => {
    await using scenario = await aClusterScenario();
    const { pod, copy } = scenario;
    const services = `{app: {image: "${demoImage}", command: sleep 3600, stop_signal: SIGKILL}}`;
    const yaml = `name: ${pod.name}\nconnection: {platform: kubernetes}\nservices: ${services}\n`;
    await writeFile(join(copy.folder, 'gefyra.yaml'), yaml);
    const rule = (kind: string, name: string, spec: object) =>
      pod.apply({ apiVersion: 'v1', kind, metadata: { name, namespace: pod.namespace }, spec });
    const refused = (words: RegExp) =>
      vi.waitFor(
        async () => {
          const { code, stderr } = await runDevenv(['plan'], scenario.options());
          expect(stderr).toMatch(words);
          expect(code).toBe(4);
        },
        { timeout: 20_000 },
      );
    await rule('ResourceQuota', 'full', { hard: { pods: '2' } });
    await refused(/does not let in the standalone agent[\s\S]*exceeded quota: full/);
    await rule('ResourceQuota', 'full', { hard: { 'count/jobs.batch': '0' } });
    await refused(/does not let in the standalone agent[\s\S]*exceeded quota: full/);
    await pod.kubectl('delete', 'resourcequota', 'full');
    await rule('LimitRange', 'small', { limits: [{ type: 'Container', max: { memory: '100Mi' } }] });
    await refused(/does not let in the standalone agent[\s\S]*but limit is 256Mi[\s\S]*LimitRange small/);
    await pod.kubectl('delete', 'limitrange', 'small');
    // What only the cluster's own controller is refused, no look ahead can see.
    await using _ = await withoutPodsOfJobs(pod);
    const { code, stderr } = await runDevenv(['up'], scenario.options());
    expect(stderr).toMatch(/does not let in the pod of the standalone agent[\s\S]*no pods of Jobs here/);
    expect(code).toBe(4);
    expect(await pod.leftovers()).toEqual([]);
  });
});

/** A policy by which the controller of Jobs makes no pods in the namespace. Disposing removes it. */
async function withoutPodsOfJobs({ namespace, kubectl, apply }: ClusterPod): Promise<AsyncDisposable> {
  const controller = 'system:serviceaccount:kube-system:job-controller';
  const name = `${namespace}-no-pods-of-jobs`;
  const api = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  await apply({
    ...api,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
      },
      validations: [
        { expression: `request.userInfo.username != "${controller}"`, message: 'no pods of Jobs here' },
      ],
    },
  });
  const kind = 'ValidatingAdmissionPolicyBinding';
  await apply({ ...api, kind, spec: { policyName: name, validationActions: ['Deny'] } });
  const tried = () =>
    kubectl('run', 'tried', '--image', demoImage, '--dry-run=server', '--as', controller).catch(String);
  await expect.poll(tried, { timeout: 20_000 }).toContain('no pods of Jobs here');
  const remove = async () => {
    const found = [`validatingadmissionpolicy/${name}`, `validatingadmissionpolicybinding/${name}`];
    await kubectl('delete', ...found, '--ignore-not-found', '--wait=true');
  };
  return { [Symbol.asyncDispose]: remove };
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../e2e/world/cluster.ts';
import { type Devenv, Machine, runDevenv, startDevenv } from '../e2e/world/devenv.ts';
import { docker } from '../e2e/world/docker.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** Servers that say their name, as a command of a container: `HOST PORT NAME` each. */
const serving = (...servers: readonly string[]) => [
  'node',
  '-e',
  `for (const [host, port, name] of ${JSON.stringify(servers.map((one) => one.split(' ')))}) require('http').createServer((_, answer) => answer.end(name)).listen(port, process.env[host] ?? host); process.on('SIGTERM', () => process.exit())`,
];
const container = (name: string, command: readonly string[], more: object = {}) => ({
  name,
  image: demoImage,
  imagePullPolicy: 'IfNotPresent',
  command,
  ...more,
});

/** On a busy machine a bridge that is live may rest for a moment. */
const BUSY = { timeout: 10_000 };

/** A pod of everything that is not usual: each container declares less, or is another kind of one, than most do. */
const native = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'scripts' },
      data: { 'check.sh': '#!/bin/sh\n' },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { id: 'not-a-key' } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'native', labels: { app: 'native' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        hostAliases: [
          { ip: '127.0.0.1', hostnames: ['legacy.corp.example'] },
          { ip: '10.99.99.99', hostnames: ['far.corp.example', 'far'] },
        ],
        volumes: [
          { name: 's', configMap: { name: 'scripts', defaultMode: 0o755 } },
          { name: 'k', secret: { secretName: 'keys', defaultMode: 0o400 } },
          { name: 'd', emptyDir: {} },
        ],
        initContainers: [
          container('proxy', serving('0.0.0.0 8443 sidecar'), {
            restartPolicy: 'Always',
            env: [{ name: 'WHO', value: 'proxy' }],
            ports: [{ name: 'proxy', containerPort: 8443 }],
          }),
        ],
        containers: [
          container('app', serving('::1 8080 six', 'POD_IP 8090 podip'), {
            volumeMounts: [
              { name: 's', mountPath: '/scripts' },
              { name: 's', mountPath: '/etc/check.sh', subPath: 'check.sh' },
              { name: 'k', mountPath: '/keys' },
              { name: 'd', mountPath: '/data' },
            ],
            lifecycle: {
              postStart: {
                exec: {
                  command: [
                    'sh',
                    '-c',
                    'printf k > /data/key; chmod 600 /data/key; chown 1000:1001 /data/key',
                  ],
                },
              },
            },
            env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          }),
          // Nothing is found in it by its name, as in an image without programs.
          container('bare', ['/bin/sleep', 'infinity'], {
            env: [{ name: 'PATH', value: '/nowhere' }],
            volumeMounts: [{ name: 'd', mountPath: '/bare' }],
          }),
        ],
      },
    },
  ],
};

const other = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other', labels: { app: 'other' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          container('app', serving('0.0.0.0 9000 other'), { ports: [{ name: 'http', containerPort: 9000 }] }),
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front' },
      spec: { selector: { app: 'other' }, ports: [{ name: 'web', port: 80, targetPort: 'http' }] },
    },
  ],
};

const file = (name: string, elsewhere: string) => `name: ${name}
services:
  app:
    image: ${demoImage}
    command: ${JSON.stringify(serving('127.0.0.1 8443 here', '127.0.0.1 8080 here', '127.0.0.1 8090 here'))}
    env_from: pod/native/proxy
    bridges:
      - {target: pod/native/proxy, ports: [proxy]}
      - {target: pod/native/app, ports: [8080, 8090], match: {headers: {x-user: ann}}}
  modes:
    image: ${demoImage}
    command: sleep infinity
    init: true
    env_from: pod/native/app
    volumes:
      - {type: workload, source: /scripts, target: /scripts}
      - {type: workload, source: /keys, target: /keys}
      - {type: workload, source: /data, target: /data}
      - {type: workload, source: /etc/check.sh, target: /etc/mine.sh}
      - {type: workload, source: /data/key, target: /etc/key}
  bare:
    image: ${demoImage}
    command: sleep infinity
    init: true
    env_from: pod/native/bare
    volumes:
      - {type: workload, source: /bare, target: /bare}
  front:
    image: ${demoImage}
    command: ${JSON.stringify(serving('127.0.0.1 9000 front'))}
    bridges:
      - {target: "${elsewhere}:service/front", ports: [80]}
`;

describe('workloads of unusual shapes, in two namespaces', () => {
  const name = `shapes-${randomBytes(4).toString('hex')}`;
  const elsewhere = `${name}-too`;
  const machine = new Machine();
  let folder: string;
  let session: Devenv | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'e2e-shapes-'));
    await Promise.all([name, elsewhere].map((namespace) => kubectl('create', 'namespace', namespace)));
    await Promise.all([
      make(name, native),
      make(elsewhere, other),
      writeFile(join(folder, 'gefyra.yaml'), file(name, elsewhere)),
    ]);
    await Promise.all([
      kubectl('-n', name, 'wait', '--for=condition=Ready', 'pod/native', '--timeout=60s'),
      kubectl('-n', elsewhere, 'wait', '--for=condition=Ready', 'pod/other', '--timeout=60s'),
    ]);
    session = startDevenv(['up', '-y'], { cwd: folder, machine, env: { GEFYRA_NAMESPACE: name } });
    for (const service of ['modes', 'bare'])
      await session.waitForLine(new RegExp(`^container/${service} created`), 60_000);
    for (const bridge of ['app:8443', 'app:8080', 'app:8090', 'front:9000'])
      await session.waitForLine(new RegExp(`^bridge/${bridge} live`), 60_000);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    machine[Symbol.dispose]();
    await rm(folder, { recursive: true });
    await kubectl('delete', 'namespace', name, elsewhere, '--wait=false');
  });

  const make = async (namespace: string, manifest: object) => {
    const path = join(folder, `${namespace}.json`);
    await writeFile(path, JSON.stringify(manifest));
    await kubectl('-n', namespace, 'apply', '--filename', path);
  };
  const inPod = (script: string) =>
    kubectl('-n', name, 'exec', 'native', '-c', 'app', '--', 'node', '-e', script);
  const run = (service: string, ...words: readonly string[]) =>
    docker('exec', `gefyra-${name}.${service}`, ...words);
  const askInPod = (host: string, port: number, headers = {}) =>
    inPod(
      `require('http').get({ host: ${host}, port: ${port}, headers: ${JSON.stringify(headers)} }, (answer) => answer.pipe(process.stdout))`,
    );

  it('bridges a native sidecar by the name of its port, and has its variables', async () => {
    await expect.poll(() => askInPod("'127.0.0.1'", 8443), BUSY).toBe('here');
    expect(await run('app', 'printenv', 'WHO')).toBe('proxy');
  });

  it('bridges ports that nobody declares, wherever they listen, and finds the originals there', async () => {
    const ann = { 'x-user': 'ann' };
    await expect.poll(() => askInPod("'::1'", 8080, ann), BUSY).toBe('here');
    await expect.poll(() => askInPod('process.env.POD_IP', 8090, ann), BUSY).toBe('here');
    expect(await askInPod("'::1'", 8080)).toBe('six');
    expect(await askInPod('process.env.POD_IP', 8090)).toBe('podip');
  });

  it('bridges what is behind a Service of another namespace', async () => {
    const ask = `require('http').get('http://front.${elsewhere}/', (answer) => answer.pipe(process.stdout))`;
    await expect.poll(() => inPod(ask), BUSY).toBe('front');
    expect(await run('front', 'cat', '/etc/resolv.conf')).toContain(`${elsewhere}.svc.cluster.local`);
  });

  it('has files with the owners and permission bits that the pod sees', async () => {
    const list = (...paths: readonly string[]) => run('modes', 'stat', '-L', '-c', '%a %u:%g %n', ...paths);
    expect(
      (await list('/scripts/check.sh', '/keys/id', '/data/key', '/etc/mine.sh', '/etc/key')).split('\n'),
    ).toEqual([
      '755 0:0 /scripts/check.sh',
      '400 0:0 /keys/id',
      '600 1000:1001 /data/key',
      '755 0:0 /etc/mine.sh',
      '600 1000:1001 /etc/key',
    ]);
  });

  it('has files of a container without tar by another one that mounts the volume, else says what does the job', async () => {
    expect(await run('bare', 'stat', '-L', '-c', '%a %n', '/bare/key')).toBe('600 /bare/key');
    const other = join(folder, 'other.yaml');
    const services = `services: {app: {image: "${demoImage}", env_from: pod/native/bare, volumes: [{type: workload, source: /etc/ssl, target: /ssl}]}}`;
    await writeFile(other, `name: ${name}-other\n${services}\n`);
    const env = { GEFYRA_NAMESPACE: name };
    const { code, stderr } = await runDevenv(['plan', '-f', other], { cwd: folder, machine, env });
    expect(code).not.toBe(0);
    expect(stderr).toContain('the image of container bare has no tar');
    expect(stderr).toContain('COPY --from');
  });

  it("finds names of the pod's /etc/hosts", async () => {
    const [address] = (await inPod('console.log(process.env.POD_IP)')).split('\n');
    expect(await run('modes', 'getent', 'ahostsv4', 'far.corp.example')).toMatch(/^10\.99\.99\.99 /);
    expect(await run('modes', 'getent', 'ahostsv4', 'far')).toMatch(/^10\.99\.99\.99 /);
    expect(await run('modes', 'getent', 'ahostsv4', 'legacy.corp.example')).toMatch(/^127\.0\.0\.1 /);
    expect(await run('modes', 'getent', 'ahostsv4', 'native')).toContain(address);
    expect(await run('modes', 'getent', 'hosts', '10.99.99.99')).toContain('far.corp.example');
  });

  it('gives each port back to who has it', async () => {
    await docker('stop', `gefyra-${name}.app`);
    const ann = { 'x-user': 'ann' };
    await expect.poll(() => askInPod("'::1'", 8080, ann), BUSY).toBe('six');
    await expect.poll(() => askInPod('process.env.POD_IP', 8090, ann), BUSY).toBe('podip');
    await expect.poll(() => askInPod("'127.0.0.1'", 8443), BUSY).toBe('sidecar');
  });
});

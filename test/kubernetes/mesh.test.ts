import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { type Devenv, startDevenv } from '../e2e/world/devenv.ts';
import { docker } from '../e2e/world/docker.ts';
import { cli } from '../e2e/world/paths.ts';
import { meshes, meshObjects } from './mesh/workloads.ts';

const run = promisify(execFile);

/** Longer than two probes of the kubelet, each of which fails after a second. */
const AT_BREAKPOINT_MS = 5000;

/** Whatever has no mesh, and each of them. */
const workloads = ['sidecar-demo', ...meshes.map(({ name }) => name)];

/**
 * A program that tells as JSON who answers GETs on connections of their own, and through which proxies: `local`,
 * `original through istio`.
 */
const asking = (urls: readonly string[]) => `
const whoAnswers = (url) => new Promise((resolve) => {
  const asked = require('http').get(url, { agent: false, timeout: 5000 }, ({ headers }) => {
    const mesh = headers['x-mesh'];
    resolve(headers['x-answered-by'] + (mesh === undefined ? '' : ' through ' + mesh));
    asked.destroy();
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer')));
  asked.on('error', ({ message }) => resolve(message));
});
Promise.all(${JSON.stringify(urls)}.map(whoAnswers)).then((all) => console.log(JSON.stringify(all)));`;

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

describe('workloads behind a mesh, and one without', () => {
  let scenario: Scenario<ClusterPod>;
  let session: Devenv | undefined;

  beforeAll(async () => {
    scenario = await aClusterScenario();
    const { pod, copy } = scenario;
    const { stdout } = await run(process.execPath, [cli, 'image', 'build']);
    await pod.apply(meshObjects(pod.namespace, stdout.trim()));
    const names = meshes.map(({ name }) => `deployment/${name}`);
    await Promise.all(names.map((name) => pod.kubectl('rollout', 'status', name, '--timeout=60s')));
    const bridges = names.map((name) => `\n      - {target: ${name}/app, ports: [8155]}`);
    await copy.edit('gefyra.yaml', '    bridges:', `    bridges:${bridges.join('')}`);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await scenario?.[Symbol.asyncDispose]();
  });

  /** Where each workload is called by its neighbours and from its node. */
  async function addresses() {
    const { items } = JSON.parse(await scenario.pod.kubectl('get', 'pods,services', '-o', 'json'));
    return workloads.map((name) => {
      const pod = items.find(({ metadata }: Item) => metadata.labels?.['app'] === name);
      const service = items.find(({ kind, metadata }: Item) => kind === 'Service' && metadata.name === name);
      const { nodePort } = service.spec.ports.find((port: { name: string }) => port.name === 'app');
      const address = `http://${pod.status.podIP}:8155/`;
      return { name, address, nodePort: `http://${pod.status.hostIP}:${nodePort}/` };
    });
  }

  /** Who answers which kind of caller of each workload. */
  async function everybody(): Promise<object> {
    const places = await addresses();
    const { pod } = scenario;
    const loopback = ['http://127.0.0.1:8155/', 'http://[::1]:8155/'];
    const inside = places.map(({ name, address }) =>
      pod.kubectl(
        ...['exec', `deployment/${name}`, '-c', 'app', '--', 'node', '-e'],
        asking([...loopback, address]),
      ),
    );
    const neighbours = places.flatMap(({ name, address }) => [address, `http://${name}:8155/`]);
    const outside = places.flatMap(({ address, nodePort }) => [address, nodePort]);
    const [beside, far, ...own] = await Promise.all([
      pod.runBeside(asking(neighbours)),
      run(process.execPath, ['-e', asking(outside)]).then(({ stdout }) => stdout),
      ...inside,
    ]);
    const answers = (text: string, from: number, count: number) =>
      JSON.parse(text).slice(from * count, (from + 1) * count);
    return Object.fromEntries(
      workloads.map((name, index) => [
        name,
        [...answers(own[index] ?? '[]', 0, 3), ...answers(beside, index, 2), ...answers(far, index, 2)],
      ]),
    );
  }

  /** By 127.0.0.1, ::1 and its own address; by address and Service; by address from its node, and NodePort. */
  const expected = (name: string, by: string) => {
    const outside = name === 'sidecar-demo' ? by : `${by} through ${name}`;
    return [by, by, by, outside, outside, outside, outside];
  };

  const everybodyIsAnswered = (by: string) =>
    Object.fromEntries(workloads.map((name) => [name, expected(name, by)]));

  it('are answered by the service instead of the original, behind the proxy, whoever calls', async () => {
    expect(await everybody()).toEqual(everybodyIsAnswered('original'));
    session = startDevenv(['up'], scenario.options());
    for (const name of workloads)
      await session.waitForLine(new RegExp(`^bridge/.*deployment/${name}/app live`), 60_000);
    expect(await everybody()).toEqual(everybodyIsAnswered('local'));
  });

  it('stay ready at a breakpoint, also where the mesh asks for the kubelet', async () => {
    const service = `gefyra-${scenario.copy.project}.app`;
    const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
    await docker('pause', service);
    try {
      await new Promise((resolve) => setTimeout(resolve, AT_BREAKPOINT_MS));
      expect(await scenario.pod.kubectl('get', 'pods', '-o', `jsonpath=${ready}`)).toMatch(/^(True ?){5}$/);
    } finally {
      await docker('unpause', service);
    }
  });

  it('are as before afterwards', async () => {
    session?.signal('SIGINT');
    await session?.exit;
    expect(await everybody()).toEqual(everybodyIsAnswered('original'));
    // The agent stays a while.
    expect(await ruledPorts('istio')).toEqual([]);
  });

  /** The ports that the rules of an agent, which stays a while, take over. */
  async function ruledPorts(name: string): Promise<readonly string[]> {
    const agent = await scenario.pod.kubectl(
      ...['get', 'pods', '-l', `app=${name}`, '-o', 'jsonpath={.items[0].spec.ephemeralContainers[0].name}'],
    );
    const inAgent = ['exec', `deployment/${name}`, '-c', agent, '--'];
    const map = await scenario.pod.kubectl(...inAgent, 'nft', 'list', 'map', 'inet', 'devenv', 'intercept');
    return /elements = \{(.*)\}/s.exec(map)?.[1]?.split(',') ?? [];
  }
});

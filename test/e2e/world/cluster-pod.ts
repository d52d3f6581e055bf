import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ask } from './ask.ts';
import { freezeContainer, killContainer, kubectl as runKubectl } from './cluster.ts';
import { type Access, developerAccess } from './cluster-access.ts';
import { example } from './paths.ts';
import type { Pod } from './pod.ts';

const READY_MS = 60_000;

/** The pod as a Deployment in a namespace of its own. */
export interface ClusterPod extends Pod {
  readonly namespace: string;
  /** The developer that devenv runs as. */
  readonly access: Access;
  /** Runs kubectl as the administrator in the namespace. Returns its output, trimmed. */
  kubectl(...words: readonly string[]): Promise<string>;
  /** The same with something to read. */
  apply(manifest: object): Promise<void>;
  /** Names of the app's pods that run. */
  pods(): Promise<readonly string[]>;
}

/** An object that a cluster keeps, as kubectl prints it. */
interface Kept {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec?: object;
  readonly data?: object;
}

/** What matters here of a pod as kubectl prints it. */
interface RunningPod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly phase: string };
}

interface EphemeralStatus {
  readonly containerID?: string;
  readonly state: { readonly running?: object };
}

/** Starts the example in a new namespace and waits until it is ready. Disposing removes the namespace. */
export async function startClusterPod(): Promise<ClusterPod> {
  const name = `e2e-${randomBytes(4).toString('hex')}`;
  const kubectl = (...words: readonly string[]) => runKubectl('--namespace', name, ...words);
  const apply = async (manifest: object) => {
    const folder = await mkdtemp(join(tmpdir(), 'e2em-'));
    try {
      const file = join(folder, 'manifest.json');
      await writeFile(file, JSON.stringify(manifest));
      await kubectl('apply', '--filename', file);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  await runKubectl('create', 'namespace', name);
  const remove = () => runKubectl('delete', 'namespace', name, '--wait=false');
  try {
    await kubectl('apply', '--kustomize', example);
    const timeout = `--timeout=${READY_MS / 1000}s`;
    await Promise.all(
      ['sidecar-demo', 'vault'].map((deployment) =>
        kubectl('rollout', 'status', `deployment/${deployment}`, timeout),
      ),
    );
    const nodePort = (port: string) =>
      kubectl(
        'get',
        'service',
        'sidecar-demo',
        '-o',
        `jsonpath={.spec.ports[?(@.name=="${port}")].nodePort}`,
      );
    const node = await kubectl(
      ...['get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}'],
    );
    const sidecarUrl = `http://${node}:${await nodePort('http')}`;
    const appUrl = `http://${node}:${await nodePort('app')}`;
    await Promise.all([untilItAnswers(sidecarUrl), untilItAnswers(appUrl)]);
    const pods = async () => {
      const { items } = JSON.parse(await kubectl('get', 'pods', '-l', 'app=sidecar-demo', '-o', 'json'));
      const running = items.filter(
        (pod: RunningPod) => pod.status.phase === 'Running' && pod.metadata.deletionTimestamp === undefined,
      );
      return running.map((pod: RunningPod) => pod.metadata.name);
    };
    const firstPod = async () => (await pods())[0] ?? '';
    // A bridge may be live before the kubelet has told that its agent runs.
    const agentOf = async () => {
      for (let attempt = 0; attempt < 50; attempt += 1) {
        const { status } = JSON.parse(await kubectl('get', 'pod', await firstPod(), '-o', 'json'));
        const statuses: readonly EphemeralStatus[] = status.ephemeralContainerStatuses ?? [];
        const running = statuses.find(({ state }) => state.running !== undefined);
        if (running?.containerID !== undefined) return running.containerID;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error('no agent runs in the pod');
    };
    const specification = async () => {
      const kinds = ['deployment/sidecar-demo', 'service/sidecar-demo', 'configmap/sidecar-demo-programs'];
      const { items } = JSON.parse(await kubectl('get', ...kinds, '-o', 'json'));
      return items.map(
        ({ metadata: { managedFields: _, resourceVersion: __, ...metadata }, spec, data }: Kept) => ({
          metadata,
          spec,
          data,
        }),
      );
    };
    const before = await specification();
    const access = await developerAccess({ namespace: name, kubectl });
    const restartsOf = async () => {
      const path = '{.items[*].status.containerStatuses[*].restartCount}';
      const counts = await kubectl('get', 'pods', '-l', 'app=sidecar-demo', '-o', `jsonpath=${path}`);
      return counts.split(' ').reduce((sum, count) => sum + Number(count), 0);
    };
    return {
      name,
      namespace: name,
      target: 'deployment/sidecar-demo/app',
      sidecarTarget: 'deployment/sidecar-demo/sidecar',
      env: { GEFYRA_NAMESPACE: name, ...access.env },
      access,
      sidecarUrl,
      appUrl,
      neighbourUrl: 'http://sidecar-demo:8155',
      kubectl,
      apply,
      pods,
      ask: (path, question) => ask(`${sidecarUrl}${path}`, question),
      askApp: (path, question) => ask(`${appUrl}${path}`, question),
      runBeside: (script) => kubectl('exec', 'deployment/vault', '--', 'node', '-e', script),
      addresses: async () => {
        const of = (app: string) =>
          kubectl('get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[0].status.podIP}');
        return { pod: await of('sidecar-demo'), vault: await of('vault') };
      },
      original: async () => {
        const path = '{.status.containerStatuses[?(@.name=="app")].state.running.startedAt}';
        const since = await kubectl('get', 'pod', await firstPod(), '-o', `jsonpath=${path}`);
        return { running: since !== '', restarts: await restartsOf() };
      },
      killAgent: async () => killContainer(await agentOf()),
      freezeAgent: async () => freezeContainer(await agentOf()),
      restart: async () => {
        await kubectl('delete', 'pod', await firstPod(), '--wait=false');
        await kubectl('rollout', 'status', 'deployment/sidecar-demo', timeout);
      },
      leftovers: async () => {
        const jobs = await kubectl('get', 'jobs', '-o', 'name');
        const changed = isDeepStrictEqual(await specification(), before)
          ? []
          : ['the deployment, its service or its configuration has changed'];
        return [...jobs.split('\n').filter((line) => line !== ''), ...changed];
      },
      [Symbol.asyncDispose]: async () => {
        await access[Symbol.asyncDispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The node's own port takes a moment longer than the pod. Connection tracking remembers for two minutes who was refused
 * before, and refuses the same source port again: those that the kernel picks are left to the loads.
 */
async function untilItAnswers(url: string): Promise<void> {
  const end = performance.now() + READY_MS;
  for (let localPort = 10_000 + randomInt(20_000); ; localPort += 1) {
    try {
      await ask(`${url}/`, { timeoutMs: 2000, localPort });
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// The soak on Kubernetes: Deployments in a namespace of its own, on the cluster of the tests.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { IMAGE } from '../bench/place.mjs';
import { up } from '../test/cluster/cluster.mjs';
import { loadImage } from '../test/cluster/images.mjs';
import { CONTAINERD_SOCKET, KUBECONFIG } from '../test/cluster/paths.mjs';
import { BadNetwork } from './bad-network.mjs';
import { manifestsOf } from './manifests.mjs';
import { untilItAnswers } from './place.mjs';

const execute = promisify(execFile);

const ENGINE = '/var/run/docker.sock';
const AGENT_MS = 10_000;
/** A node's port takes a moment longer than the pod. */
const READY_MS = 30_000;

/**
 * @param {string} agentImage
 * @param {(line: string) => void} report
 * @returns {Promise<import('./place.mjs').Place>}
 */
export async function kubernetesPlace(agentImage, report) {
  await up(report);
  for (const image of [IMAGE, agentImage]) await loadImage(image);
  const project = `soak-${randomBytes(3).toString('hex')}`;
  const kubectl = async (/** @type {string[]} */ ...words) => {
    const { stdout } = await execute('kubectl', [
      '--kubeconfig',
      KUBECONFIG,
      '--namespace',
      project,
      ...words,
    ]);
    return stdout.trim();
  };
  const folder = mkdtempSync(join(tmpdir(), 'soak-cluster-'));
  const engine = new BadNetwork(join(folder, 'engine.sock'), ENGINE);
  // The tests' cluster writes it as JSON.
  const config = JSON.parse(readFileSync(KUBECONFIG, 'utf8'));
  const [{ cluster }] = config.clusters;
  const server = new URL(cluster.server);
  const api = new BadNetwork(
    { host: '127.0.0.1', port: 0 },
    { host: server.hostname, port: Number(server.port) },
  );
  const close = async () => {
    await engine.refuse();
    await api.refuse();
    rmSync(folder, { recursive: true, force: true });
    await kubectl('delete', 'namespace', project, '--wait=false').catch(() => {});
  };
  const rollout = () => kubectl('rollout', 'status', 'deployment/app', '--timeout=90s');
  try {
    await engine.listen();
    await api.listen();
    // The certificate names 127.0.0.1, where the proxy listens as well.
    cluster.server = `https://127.0.0.1:${api.port}`;
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config), { mode: 0o600 });
    await kubectl('create', 'namespace', project);
    writeFileSync(join(folder, 'manifests.json'), JSON.stringify(manifestsOf()));
    await kubectl('apply', '--filename', join(folder, 'manifests.json'));
    await kubectl('rollout', 'status', 'deployment/database', '--timeout=90s');
    await rollout();
  } catch (error) {
    await close();
    throw error;
  }
  const node = await kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[0].address}');
  const ports = JSON.parse(await kubectl('get', 'service', 'app', '-o', 'json')).spec.ports;
  const url = (/** @type {string} */ port) =>
    `http://${node}:${ports.find((/** @type {{ name: string }} */ { name }) => name === port).nodePort}`;
  const addresses = { sidecar: url('http'), app: url('app'), admin: url('admin') };
  await untilItAnswers(`${addresses.sidecar}/`, READY_MS);
  /** @returns {Promise<RunningPod>} */
  const podOf = async () => {
    const { items } = JSON.parse(await kubectl('get', 'pods', '--selector', 'app=app', '-o', 'json'));
    return items.find((/** @type {RunningPod} */ { metadata }) => metadata.deletionTimestamp === undefined);
  };
  return {
    name: 'Kubernetes',
    project,
    target: 'deployment/app/app',
    connection: { platform: 'kubernetes', allow: [config['current-context']] },
    environment: {
      DOCKER_HOST: `unix://${join(folder, 'engine.sock')}`,
      KUBECONFIG: join(folder, 'kubeconfig'),
      GEFYRA_NAMESPACE: project,
    },
    addresses: () => addresses,
    agentPid: async () => {
      for (const deadline = performance.now() + AGENT_MS; performance.now() < deadline; await pause(200)) {
        const agents = (await podOf())?.status.ephemeralContainerStatuses ?? [];
        const running = agents.find(({ state }) => state.running !== undefined)?.containerID;
        if (running !== undefined) return pidOf(running);
      }
      throw new Error('no agent runs beside the app');
    },
    engine,
    api,
    restartTarget: async () => {
      const app = (await podOf()).status.containerStatuses?.find(({ name }) => name === 'app');
      process.kill(await pidOf(app?.containerID ?? ''), 'SIGKILL');
    },
    replacePod: async () => {
      await kubectl('delete', 'pod', (await podOf()).metadata.name, '--wait=false');
      await rollout();
    },
    close,
  };
}

/**
 * What matters here of a pod as kubectl prints it.
 * @typedef {{ name: string, containerID?: string, state: { running?: object } }} ContainerStatus
 * @typedef {object} RunningPod
 * @property {{ name: string, deletionTimestamp?: string }} metadata
 * @property {{ containerStatuses?: ContainerStatus[], ephemeralContainerStatuses?: ContainerStatus[] }} status
 */

/**
 * The first process of a container, as this machine numbers it.
 * @param {string} id `containerd://…`
 */
async function pidOf(id) {
  const name = id.replace(/^containerd:\/\//, '');
  const { stdout } = await execute('ctr', ['-a', CONTAINERD_SOCKET, '-n', 'k8s.io', 'tasks', 'list']);
  const pid = stdout
    .split('\n')
    .map((line) => line.split(/\s+/))
    .find(([task]) => task === name)?.[1];
  if (pid === undefined) throw new Error(`container ${name} does not run`);
  return Number(pid);
}

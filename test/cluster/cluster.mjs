// A single-node Kubernetes of real parts, without images from a registry. Needs Linux, root, Go and a container engine.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensurePackages } from '../../scripts/engine.mjs';
import { builtPrograms } from './build.mjs';
import { makeCertificates } from './certificates.mjs';
import { commandLines, writeConfiguration } from './configuration.mjs';
import { COREDNS_IMAGE, loadImage, makeCorednsImage, makePauseImage, PAUSE_IMAGE } from './images.mjs';
import { systemManifests } from './manifests.mjs';
import { nodeAddress, prepareNetwork, removeNetwork } from './network.mjs';
import { CONTAINERD_SOCKET, KUBECONFIG, LOGS, PROGRAMS, RUN, STATE } from './paths.mjs';
import { ended, running, start, stop, stopAll } from './programs.mjs';
import { run, tryRun } from './run.mjs';

/** Debian's packages, and the file each is wanted for. */
const PACKAGES = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  'busybox-static': '/bin/busybox',
  openssl: '/usr/bin/openssl',
  iproute2: '/usr/sbin/ip',
  conntrack: '/usr/sbin/conntrack',
  socat: '/usr/bin/socat',
  nftables: '/usr/sbin/nft',
};

const READY_MS = 90_000;

/**
 * Starts the cluster unless it runs already; one that was killed is cleaned up first.
 * @param {(line: string) => void} report gets a line for each thing that is done
 * @returns {Promise<{ started: boolean }>}
 * @throws {Error} with what is missing or what a program said before it ended
 */
export async function up(report) {
  refuseElsewhere();
  if (isUp()) return { started: false };
  if (existsSync(STATE) || existsSync(RUN)) await down();
  await ensurePackages(PACKAGES, report);
  const programs = await builtPrograms(report);
  report('starting Kubernetes');
  for (const folder of [STATE, LOGS, PROGRAMS, RUN]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  symlinkSync(programs.etcd, join(PROGRAMS, 'etcd'));
  const address = nodeAddress();
  const commands = commandLines(address);
  for (const name of Object.keys(commands))
    if (/^kube/.test(name)) symlinkSync(programs.kubernetes, join(PROGRAMS, name));
  makeCertificates(address);
  writeConfiguration(address);
  prepareNetwork();
  try {
    start('etcd', commands.etcd);
    start('kube-apiserver', commands['kube-apiserver']);
    start('containerd', commands.containerd);
    makePauseImage();
    makeCorednsImage(programs.coredns);
    await until('containerd listens', () => existsSync(CONTAINERD_SOCKET));
    await Promise.all([loadImage(PAUSE_IMAGE), loadImage(COREDNS_IMAGE)]);
    await until('the API server is ready', () => tryRun('kubectl', admin('get', '--raw', '/readyz')));
    for (const name of /** @type {const} */ ([
      'kube-controller-manager',
      'kube-scheduler',
      'kubelet',
      'kube-proxy',
    ]))
      start(name, commands[name]);
    const apply = () => tryRun('kubectl', admin('apply', '-f', '-'), JSON.stringify(systemManifests()));
    await until('the DNS server can be made', apply);
    await until('the DNS server is ready', () => isReady('deployment/kube-dns', 'kube-system'));
    await until('new pods can be made', () =>
      tryRun('kubectl', admin('get', 'serviceaccount/default', '-n', 'default')),
    );
  } catch (error) {
    await down();
    throw error;
  }
  return { started: true };
}

/** Ends the cluster and everything in it, and takes back what it changed on this machine. Harmless when there is none. */
export async function down() {
  refuseElsewhere();
  // The kubelet first: it would start containers again.
  for (const name of ['kubelet', 'kube-proxy', 'kube-controller-manager', 'kube-scheduler']) await stop(name);
  killContainers();
  await stopAll();
  await killShims();
  unmountAll();
  removeNetwork();
  rmSync(RUN, { recursive: true, force: true });
  rmSync(STATE, { recursive: true, force: true });
}

/** Whether every program runs and the API server answers. */
export function isUp() {
  if (!existsSync(KUBECONFIG) || running().length < 7) return false;
  return tryRun('kubectl', admin('get', '--raw', '/readyz'));
}

/** Words for kubectl as the administrator. @param {readonly string[]} words */
export function admin(...words) {
  return ['--kubeconfig', KUBECONFIG, '--request-timeout', '10s', ...words];
}

/** Stops one of the cluster's programs, for a test of what happens then; returns what starts it again. @param {string} name */
export async function pauseProgram(name) {
  await stop(name);
  return () => {
    const commands = commandLines(nodeAddress());
    // @ts-expect-error any of its programs
    start(name, commands[name]);
  };
}

function refuseElsewhere() {
  const obstacle =
    process.platform !== 'linux'
      ? `this is ${process.platform}`
      : process.getuid?.() === 0
        ? undefined
        : 'that needs root';
  if (obstacle !== undefined)
    throw new Error(
      `a cluster of its own can be started on Linux as root only (${obstacle}); set KUBECONFIG to one that runs, such as kind, k3d or minikube`,
    );
}

/** @param {string} resource @param {string} namespace */
function isReady(resource, namespace) {
  return tryRun('kubectl', admin('-n', namespace, 'rollout', 'status', resource, '--timeout', '1s'));
}

/** @param {string} what @param {() => boolean} check */
async function until(what, check) {
  const deadline = performance.now() + READY_MS;
  while (!check()) {
    const [first] = ended();
    if (first !== undefined) throw new Error(`${first.name} ended at its start:\n${first.evidence}`);
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${READY_MS / 1000} s; see the logs in ${LOGS}`);
    await pause(100);
  }
}

function killContainers() {
  if (!existsSync(CONTAINERD_SOCKET)) return;
  const ctr = (/** @type {string[]} */ ...words) => ['-a', CONTAINERD_SOCKET, '-n', 'k8s.io', ...words];
  let tasks = '';
  try {
    tasks = run('ctr', ctr('tasks', 'list', '--quiet')).stdout;
  } catch {
    return;
  }
  for (const task of tasks.split('\n').filter((line) => line !== ''))
    tryRun('ctr', ctr('tasks', 'kill', '--all', '--signal', 'SIGKILL', task));
}

/** Those that watch over containers outlive containerd; they are known by the socket they report to. */
async function killShims() {
  const { readdirSync } = await import('node:fs');
  const isShim = (/** @type {string} */ pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return /containerd-shim/.test(words[0] ?? '') && words.includes(CONTAINERD_SOCKET);
    } catch {
      return false;
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isShim(name));
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  while (pids.some(isShim)) await pause(20);
}

function unmountAll() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1]?.replaceAll('\\040', ' ') ?? [])
    .filter((path) => path.startsWith(`${STATE}/`) || path.startsWith(`${RUN}/`));
  for (const path of mounts.reverse()) tryRun('umount', ['--lazy', path]);
}

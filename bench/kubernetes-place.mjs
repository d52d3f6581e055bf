// The measurements on Kubernetes: a Deployment with the two servers, on the cluster of the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { down, up } from '../test/cluster/cluster.mjs';
import { loadImage } from '../test/cluster/images.mjs';
import { KUBECONFIG } from '../test/cluster/paths.mjs';
import { BRIDGED, DIRECT, ensureAgentImage, IMAGE, run, SERVER } from './place.mjs';
import { rawForward } from './raw-forward.mjs';
import { usageIn } from './usage.mjs';

const NAMESPACE = 'bench';
const SETTLED_MS = 10_000;
const env = { KUBECONFIG };

/**
 * Its port-forward is always there, and takes the kubeconfig of another way to the cluster.
 * @typedef {Omit<import('./place.mjs').Place, 'portForward'> & { portForward: (kubeconfig?: string) => Promise<{ port: number, close: () => void }> }} KubernetesPlace
 */

/**
 * @param {string} devenv path of the built command line
 * @param {(line: string) => void} report
 * @returns {Promise<KubernetesPlace>}
 */
export async function kubernetesPlace(devenv, report) {
  const { started } = await up(report);
  for (const image of [IMAGE, ensureAgentImage(devenv)]) await loadImage(image);
  kubectl('delete', 'namespace', NAMESPACE, '--ignore-not-found');
  kubectl('create', 'namespace', NAMESPACE);
  kubectl('create', 'configmap', 'bench', `--from-file=server.mjs=${SERVER}`);
  run(
    'sh',
    [
      '-c',
      `kubectl --namespace ${NAMESPACE} apply --filename - <<'END'\n${JSON.stringify(deployment())}\nEND`,
    ],
    env,
  );
  ready();
  // The pod may become another one.
  const host = () => ofPod('{.items[0].status.podIP}');
  return {
    name: 'Kubernetes',
    devenv,
    get host() {
      return host();
    },
    bridged: [
      {
        service: 'app',
        target: 'deployment/bench/app',
        ports: [BRIDGED],
        get host() {
          return host();
        },
      },
    ],
    flags: ['--namespace', NAMESPACE, '--yes'],
    environment: env,
    portForward,
    rawForward: () =>
      rawForward({
        kubeconfig: KUBECONFIG,
        namespace: NAMESPACE,
        pod: ofPod('{.items[0].metadata.name}'),
        port: DIRECT,
      }),
    forget: async () => {
      kubectl('delete', 'pod', '--selector', 'app=bench', '--grace-period=0', '--force');
      ready();
      // In a pod that has just started the kubelet is some seconds slower to start another container.
      await pause(SETTLED_MS);
    },
    agentUsage: async () => {
      const running = '{.items[0].status.ephemeralContainerStatuses[?(@.state.running)].name}';
      const [pod = '', agent = ''] = ofPod(`{.items[0].metadata.name} ${running}`).split(' ');
      const read = (/** @type {string} */ name) =>
        kubectl('exec', pod, '--container', agent, '--', 'cat', `/proc/1/${name}`);
      return usageIn(read('status'), read('stat'));
    },
    close: async () => {
      if (started) await down();
      else kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
    },
  };
}

/** @param {readonly string[]} words */
function kubectl(...words) {
  return run('kubectl', ['--namespace', NAMESPACE, ...words], env);
}

/** @param {string} path in the list of pods, of which there is one */
function ofPod(path) {
  return kubectl('get', 'pods', '--selector', 'app=bench', '--output', `jsonpath=${path}`);
}

function ready() {
  kubectl('rollout', 'status', 'deployment/bench', '--timeout=60s');
}

async function portForward(kubeconfig = KUBECONFIG) {
  const words = ['--namespace', NAMESPACE, 'port-forward', 'deployment/bench', `:${DIRECT}`];
  const child = spawn('kubectl', words, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1]);
  child.stdout.resume();
  return { port, close: () => void child.kill() };
}

function deployment() {
  const labels = { app: 'bench' };
  const container = {
    name: 'app',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/bench/server.mjs', 'original', String(BRIDGED), String(DIRECT)],
    ports: [{ containerPort: BRIDGED }],
    volumeMounts: [{ name: 'server', mountPath: '/bench' }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bench' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [container],
          volumes: [{ name: 'server', configMap: { name: 'bench' } }],
        },
      },
    },
  };
}

// The story on Kubernetes: the cluster that the tests use, and port-forwards as a person would have them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { down, isUp, up } from '../../test/cluster/cluster.mjs';
import { loadImage } from '../../test/cluster/images.mjs';
import { KUBECONFIG } from '../../test/cluster/paths.mjs';
import { projectLeftovers } from './leftovers.mjs';
import { run } from './run.mjs';
import { EXAMPLE, ROOT } from './stage.mjs';
import { detail, quote } from './story.mjs';
import { Visitor } from './visitor.mjs';

const IMAGES = ['oauth2-demo-app:dev', 'oauth2-demo-sidecar:dev', 'oauth2-demo-keycloak:dev'];
const READY = '--timeout=180s';
const SERVICE_MS = 30_000;
const LOOK_AGAIN_MS = 200;

/**
 * @param {import('./stage.mjs').Names} names
 * @param {AbortSignal} signal
 * @returns {import('./stage.mjs').Stage}
 */
export function kubernetesStage({ name, port, keycloakPort }, signal) {
  const env = { KUBECONFIG };
  /** @type {import('node:child_process').ChildProcess[]} */
  const forwards = [];
  let clusterIsOurs = false;
  let namespaceIsOurs = false;
  let before = '';
  const kubectl = (/** @type {readonly string[]} */ ...words) =>
    run('kubectl', ['--namespace', name, ...words], { signal, env });

  const startCluster = async () => {
    clusterIsOurs = (await up(quote)).started;
    if (!clusterIsOurs) detail('it was up before, so it stays');
  };

  const loadImages = async () => {
    const agentImage = await run(process.execPath, [join(ROOT, 'dist', 'devenv.js'), 'image', 'build'], {
      signal,
    });
    for (const image of [...IMAGES, agentImage.trim().split('\n').at(-1) ?? '']) {
      detail(`${image} ${await loadImage(image)}`);
    }
  };

  const apply = async () => {
    detail('kubectl apply -k examples/oauth2-demo');
    const phase = '--output=jsonpath={.status.phase}';
    const found = await kubectl('get', 'namespace', name, '--ignore-not-found', phase);
    if (found === 'Terminating\n') {
      detail('waiting for the end of the namespace of an earlier run');
      await kubectl('wait', '--for=delete', `namespace/${name}`, READY);
    }
    namespaceIsOurs = found !== 'Active\n';
    if (namespaceIsOurs) await kubectl('create', 'namespace', name);
    // Tokens carry the address that browsers know.
    const manifests = (await kubectl('kustomize', EXAMPLE)).replaceAll(':18091', `:${keycloakPort}`);
    await run('kubectl', ['--namespace', name, 'apply', '--filename', '-'], {
      signal,
      env,
      input: manifests,
    });
    for (const deployment of ['keycloak', 'oauth2-demo'])
      await kubectl('rollout', 'status', `deployment/${deployment}`, READY);
    before = await specification();
  };
  const specification = () =>
    kubectl('get', 'deployment', 'oauth2-demo', '--output', 'jsonpath={.metadata.generation} {.spec}');

  const forward = async () => {
    await Promise.all([
      portForward('service/oauth2-demo', port),
      portForward('service/keycloak', keycloakPort),
    ]);
    // Keycloak may be ready before its Service leads there, which is how the sidecar finds it.
    const end = Date.now() + SERVICE_MS;
    for (;;) {
      const { status, url } = await new Visitor().get(`http://localhost:${port}/`);
      if (status < 500) return;
      if (Date.now() > end) throw new Error(`${url} answers ${status}; does the sidecar reach Keycloak?`);
      await pause(LOOK_AGAIN_MS, undefined, { signal });
    }
  };

  /**
   * @param {string} service
   * @param {number} local
   */
  const portForward = async (service, local) => {
    const words = ['--namespace', name, 'port-forward', service, `${local}:8080`];
    detail(`kubectl ${words.join(' ')}`);
    const child = spawn('kubectl', words, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    forwards.push(child);
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise((resolve) => lines.once('line', resolve));
    const [error] = await Promise.race([
      ready.then(() => [undefined]),
      once(createInterface({ input: child.stderr }), 'line', { signal }),
    ]);
    if (error !== undefined) throw new Error(`kubectl port-forward: ${error}`);
  };

  return {
    target: 'deployment/oauth2-demo/app',
    flags: ['--namespace', name, '--yes'],
    environment: env,
    preparations: [
      {
        title: 'the images of the demo are there',
        work: () => run(join(EXAMPLE, 'images.sh'), [], { signal, onLine: quote }),
      },
      { title: 'a cluster is up', work: startCluster },
      { title: 'the images are in the cluster', work: loadImages },
      { title: 'Keycloak, the app and its sidecar are up', work: apply },
      { title: 'both are reached from this machine', work: forward },
    ],
    leftovers: async () => {
      const jobs = await kubectl('get', 'jobs', '--output', 'name');
      const changed = (await specification()) === before ? [] : ['a changed Deployment'];
      return [...(await projectLeftovers(name, signal)), ...jobs.split('\n').filter(Boolean), ...changed];
    },
    instructions: [
      `export KUBECONFIG=${KUBECONFIG}`,
      `kubectl -n ${name} port-forward service/oauth2-demo ${port}:8080 &`,
      `kubectl -n ${name} port-forward service/keycloak ${keycloakPort}:8080 &`,
      `http://localhost:${port}/items/123: log in as john@gefyra.dev with the password john`,
      `cd examples/oauth2-demo && DEMO_TARGET=deployment/oauth2-demo/app node ../../dist/devenv.js -n ${name} up`,
      'npm run cluster down removes it',
    ],
    leave: async (keep) => {
      for (const child of forwards) child.kill();
      if (keep || !isUp()) return;
      if (clusterIsOurs) await down();
      else if (namespaceIsOurs) {
        await run('kubectl', ['delete', 'namespace', name, '--wait=false'], { env });
      }
    },
  };
}

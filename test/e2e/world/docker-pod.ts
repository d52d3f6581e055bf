import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask } from './ask.ts';
import { docker } from './docker.ts';
import { freePort } from './free-port.ts';
import { agentsIn, tablesIn } from './leftovers.ts';
import { demoImage, example } from './paths.ts';
import { frozen, type Pod, type PodOptions } from './pod.ts';
import { type Resolver, startResolver } from './resolver.ts';

const execute = promisify(execFile);
const podScript = join(example, 'pod.sh');

/** The pod as containers of an engine that share a network namespace. */
export interface DockerPod extends Pod {
  /** Names of its containers. `owner` holds the network namespace. */
  readonly containers: {
    readonly owner: string;
    readonly app: string;
    readonly sidecar: string;
    readonly vault: string;
  };
  /** The DNS server for names outside; undefined when none was asked for. */
  readonly resolver: Resolver | undefined;
}

/** How the pod shall be. */
export interface DockerPodOptions extends PodOptions {
  /** On a network that has IPv6 as well. Default: the engine's way, which is IPv4 alone. */
  readonly ipv6?: boolean;
}

/** Starts a pod and waits until it answers. Disposing removes it with its network. */
export async function startDockerPod(options: DockerPodOptions = {}): Promise<DockerPod> {
  const name = `e2e-${randomBytes(4).toString('hex')}`;
  const [port, appPort] = [await freePort(), await freePort()];
  let resolver: Resolver | undefined;
  const environment = {
    ...process.env,
    DEMO_NAME: name,
    DEMO_IMAGE: demoImage,
    DEMO_PORT: String(port),
    DEMO_APP_PORT: String(appPort),
  };
  const remove = async () => {
    await resolver?.[Symbol.asyncDispose]();
    await execute(podScript, ['down'], { env: environment });
  };
  try {
    if (options.ipv6) {
      const range = `fd00:${name.slice(4, 8)}:${name.slice(8, 12)}::/64`;
      await docker('network', 'create', '--ipv6', '--subnet', range, name);
    } else if (options.resolver) await docker('network', 'create', name);
    if (options.resolver) {
      resolver = await startResolver({ name: `${name}-resolver`, network: name });
    }
    await execute(podScript, ['up'], { env: { ...environment, DEMO_DNS: resolver?.address ?? '' } });
  } catch (error) {
    await remove();
    throw error;
  }
  const sidecarUrl = `http://127.0.0.1:${port}`;
  const appUrl = `http://127.0.0.1:${appPort}`;
  const containers = {
    owner: `${name}-pod`,
    app: `${name}-app`,
    sidecar: `${name}-sidecar`,
    vault: `${name}-vault`,
  };
  const addressOf = (container: string) =>
    docker('inspect', '--format', `{{(index .NetworkSettings.Networks "${name}").IPAddress}}`, container);
  const agentOf = async () => (await agentsIn(containers.owner))[0]?.name ?? '';
  return {
    name,
    target: `container/${containers.app}`,
    sidecarTarget: `container/${containers.sidecar}`,
    env: {},
    neighbourUrl: `http://${containers.owner}:8155`,
    runBeside: (script) => docker('exec', containers.vault, 'node', '-e', script),
    addresses: async () => ({
      pod: await addressOf(containers.owner),
      vault: await addressOf(containers.vault),
    }),
    original: async () => {
      const format = '{{.State.Running}} {{.RestartCount}}';
      const [running, restarts] = (await docker('inspect', '--format', format, containers.app)).split(' ');
      return { running: running === 'true', restarts: Number(restarts) };
    },
    killAgent: async () => {
      await docker('kill', await agentOf());
    },
    freezeAgent: async () => {
      const agent = await agentOf();
      await docker('pause', agent);
      return frozen(() => docker('unpause', agent));
    },
    restart: async () => {
      await docker('restart', '--time', '1', containers.owner);
      await docker('restart', '--time', '1', containers.app, containers.sidecar);
    },
    leftovers: async () => [
      ...(await agentsIn(containers.owner)).map(({ name, state }) => `agent ${name} (${state})`),
      ...(await tablesIn(containers.owner)),
    ],
    containers,
    sidecarUrl,
    appUrl,
    resolver,
    ask: (path, question) => ask(`${sidecarUrl}${path}`, question),
    askApp: (path, question) => ask(`${appUrl}${path}`, question),
    [Symbol.asyncDispose]: remove,
  };
}

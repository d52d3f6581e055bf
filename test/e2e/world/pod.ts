import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Answer, ask, type Question } from './ask.ts';
import { docker } from './docker.ts';
import { freePort } from './free-port.ts';
import { demoImage, example } from './paths.ts';
import { type Resolver, startResolver } from './resolver.ts';

const execute = promisify(execFile);
const podScript = join(example, 'pod.sh');

/** The example's pod under names and ports of its own, so that several can be up at once. */
export interface Pod extends AsyncDisposable {
  /** Prefix of its containers, and name of its network. */
  readonly name: string;
  /** Names of its containers. `owner` holds the network namespace. */
  readonly containers: {
    readonly owner: string;
    readonly app: string;
    readonly sidecar: string;
    readonly vault: string;
  };
  /** The app's sidecar, without a slash at the end. */
  readonly sidecarUrl: string;
  /** The app itself as seen from outside of the pod, without a slash at the end. */
  readonly appUrl: string;
  /** The DNS server for names outside; undefined when none was asked for. */
  readonly resolver: Resolver | undefined;
  /** One GET through the sidecar on a connection of its own. `path` begins with a slash. */
  ask(path: string, question?: Question): Promise<Answer>;
  /** One GET past the sidecar. */
  askApp(path: string, question?: Question): Promise<Answer>;
}

/** How the pod shall be. */
export interface PodOptions {
  /** With a DNS server of its own for names under `outside.test`. Default: the engine's. */
  readonly resolver?: boolean;
  /** On a network that has IPv6 as well. Default: the engine's way, which is IPv4 alone. */
  readonly ipv6?: boolean;
}

/** Starts a pod and waits until it answers. Disposing removes it with its network. */
export async function startPod(options: PodOptions = {}): Promise<Pod> {
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
  return {
    name,
    containers: {
      owner: `${name}-pod`,
      app: `${name}-app`,
      sidecar: `${name}-sidecar`,
      vault: `${name}-vault`,
    },
    sidecarUrl,
    appUrl,
    resolver,
    ask: (path, question) => ask(`${sidecarUrl}${path}`, question),
    askApp: (path, question) => ask(`${appUrl}${path}`, question),
    [Symbol.asyncDispose]: remove,
  };
}

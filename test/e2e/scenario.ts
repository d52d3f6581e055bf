import { type ClusterPod, startClusterPod } from './world/cluster-pod.ts';
import { type Devenv, Machine, startDevenv } from './world/devenv.ts';
import { type DockerPod, type DockerPodOptions, startDockerPod } from './world/docker-pod.ts';
import { copyExample, type ExampleCopy } from './world/example.ts';
import type { Pod, PodOptions } from './world/pod.ts';
import { type Probe, startProbe } from './world/probe.ts';

/** A pod, a copy of the example whose file bridges it, and a machine to run devenv on. */
export interface Scenario<Where extends Pod = Pod> extends AsyncDisposable {
  readonly pod: Where;
  readonly copy: ExampleCopy;
  readonly machine: Machine;
  /** Starts `devenv up` and waits until the bridge is live. */
  up(): Promise<Devenv>;
  /** Runs another command of devenv in the same place. */
  options(): {
    readonly cwd: string;
    readonly machine: Machine;
    readonly env: Readonly<Record<string, string>>;
  };
}

/** Where the scenarios that run everywhere run now; set by the Vitest project. */
export const platform = process.env['E2E_PLATFORM'] === 'kubernetes' ? 'kubernetes' : 'docker';

/** Sets the scene on Docker. Disposing ends every session and removes the pod. */
export async function aScenario(options: DockerPodOptions = {}): Promise<Scenario<DockerPod>> {
  return around(await startDockerPod(options));
}

/** Sets the scene on the cluster. */
export async function aClusterScenario(): Promise<Scenario<ClusterPod>> {
  return around(await startClusterPod());
}

/** Sets the scene wherever the scenarios run now. */
export async function aScenarioAnywhere(options: PodOptions = {}): Promise<Scenario> {
  return platform === 'kubernetes' ? aClusterScenario() : aScenario(options);
}

async function around<Where extends Pod>(pod: Where): Promise<Scenario<Where>> {
  const copy = await copyExample(pod);
  const machine = new Machine();
  const sessions: Devenv[] = [];
  const place = { cwd: copy.folder, machine, env: pod.env };
  return {
    pod,
    copy,
    machine,
    up: async () => {
      const session = startDevenv(['up'], place);
      sessions.push(session);
      await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
      return session;
    },
    options: () => place,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) await session[Symbol.asyncDispose]();
      await copy[Symbol.asyncDispose]();
      await pod[Symbol.asyncDispose]();
      machine[Symbol.dispose]();
    },
  };
}

/**
 * Twenty requests a second in each of the ways callers use the pod: through the sidecar with its pool of kept
 * connections, and past it with new and with kept ones, answered at once and after 300 ms.
 */
export function everyLoad(pod: Pod): readonly Probe[] {
  return [
    startProbe(pod.sidecarUrl, { connections: 'new', path: '/' }),
    startProbe(pod.appUrl, { connections: 'new', path: '/' }),
    startProbe(pod.appUrl, { connections: 'new', path: '/slow' }),
    startProbe(pod.appUrl, { connections: 'keep-alive', path: '/' }),
    startProbe(pod.appUrl, { connections: 'keep-alive', path: '/slow' }),
  ];
}

/** Stops all loads and prints what they saw: these are the figures a reader of the test log wants. */
export async function stopAll(title: string, probes: readonly Probe[]): Promise<void> {
  await Promise.all(probes.map((probe) => probe.stop()));
  console.log([title, ...probes.map((probe) => probe.report())].join('\n'));
}

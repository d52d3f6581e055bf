import { describe, expect, it } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { docker } from '../e2e/world/docker.ts';

/** The kubelet asks every second and gives up after the second failure: half a minute here is ten with its defaults. */
const EVERY_SECOND = { periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1 };
const AWAY_MS = 30_000;
/** One of them is left alone for as long as a lunch-time breakpoint. */
const AT_BREAKPOINT_MS = 120_000;

/** Probes of all kinds on the app that is bridged, and one that reaches it through the sidecar's pool. */
const probes = {
  app: {
    livenessProbe: {
      httpGet: { path: '/', port: 'app', httpHeaders: [{ name: 'User-Agent', value: 'watchdog 1.0' }] },
      ...EVERY_SECOND,
    },
    readinessProbe: { httpGet: { path: '/', port: 8155 }, ...EVERY_SECOND },
    startupProbe: { tcpSocket: { port: 8155 }, ...EVERY_SECOND, failureThreshold: 30 },
  },
  sidecar: {
    livenessProbe: {
      exec: { command: ['node', '-e', 'process.exit(0)'] },
      ...EVERY_SECOND,
      timeoutSeconds: 5,
    },
    readinessProbe: { httpGet: { path: '/', port: 'http' }, ...EVERY_SECOND },
  },
};

async function withProbes(scenario: Scenario<ClusterPod>): Promise<void> {
  const containers = Object.entries(probes).map(([name, own]) => ({ name, ...own }));
  const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
  await scenario.pod.kubectl('patch', 'deployment', 'sidecar-demo', '--patch', patch);
  await scenario.pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
  // The old pod must not answer any more.
  await expect.poll(() => scenario.pod.pods(), { timeout: 20_000 }).toHaveLength(1);
}

/** Whether the pod was ready the whole time, and how often its containers were started again. */
async function watched(scenario: Scenario<ClusterPod>, ms: number) {
  const end = performance.now() + ms;
  const seen = new Set<string>();
  while (performance.now() < end) {
    seen.add(
      await scenario.pod.kubectl(
        ...['get', 'pods', '-l', 'app=sidecar-demo'],
        ...['-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'],
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { ready: [...seen], restarts: (await scenario.pod.original()).restarts };
}

describe('probes of the kubelet', () => {
  it('are answered by the original while the local app hangs, also those that come through a sidecar', async () => {
    await using scenario = await aClusterScenario();
    await withProbes(scenario);
    await scenario.up();
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    const service = `gefyra-${scenario.copy.project}.app`;
    // As at a breakpoint: it listens, and nothing answers.
    await docker('pause', service);
    try {
      await expect(scenario.pod.askApp('/', { timeoutMs: 2000 })).rejects.toThrow();
      expect(await watched(scenario, AT_BREAKPOINT_MS)).toEqual({ ready: ['True'], restarts: 0 });
      // Still bridged: people's requests wait for the debugger, they do not go elsewhere.
      await expect(scenario.pod.askApp('/', { timeoutMs: 2000 })).rejects.toThrow();
    } finally {
      await docker('unpause', service);
    }
    expect(await scenario.pod.askApp('/')).toMatchObject({ status: 200, by: 'local' });
  }, 240_000);

  it('are answered by the original while the local app is stopped, and so are people', async () => {
    await using scenario = await aClusterScenario();
    await withProbes(scenario);
    const session = await scenario.up();
    const service = `gefyra-${scenario.copy.project}.app`;
    const said = session.lines.length;
    await docker('stop', '--time', '1', service);
    await session.waitForLine(/^bridge\/app:8155 resting/, 10_000, said);
    expect(await watched(scenario, AWAY_MS)).toEqual({ ready: ['True'], restarts: 0 });
    expect(await scenario.pod.ask('/')).toMatchObject({ status: 200, by: 'original' });
  });

  it('keep people on the local app when a sidecar sends both over one pool', async () => {
    await using scenario = await aClusterScenario();
    await withProbes(scenario);
    await scenario.up();
    const answers: (string | undefined)[] = [];
    for (let count = 0; count < 60; count += 1) {
      answers.push((await scenario.pod.ask('/')).by);
      answers.push((await scenario.pod.ask('/', { headers: { 'user-agent': 'kube-probe/1.34' } })).by);
    }
    expect(answers.filter((_, index) => index % 2 === 0)).toEqual(Array(60).fill('local'));
    expect(answers.filter((_, index) => index % 2 === 1)).toEqual(Array(60).fill('original'));
  });
});

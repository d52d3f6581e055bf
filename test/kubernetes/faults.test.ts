import { describe, expect, it } from 'vitest';
import { pauseProgram } from '../cluster/cluster.mjs';
import { freeze } from '../cluster/programs.mjs';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { startDevenv } from '../e2e/world/devenv.ts';
import { containersOf } from '../e2e/world/leftovers.ts';
import { type Probe, startProbe } from '../e2e/world/probe.ts';

const GIVEN_BACK_MS = 10_000;

/** Twenty requests a second through the sidecar, each on a connection of its own. */
function aLoad(scenario: Scenario<ClusterPod>): Probe {
  return startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' });
}

describe('the API server is gone for seven seconds', () => {
  it('gives the traffic to the original meanwhile, and comes back by itself', async () => {
    await using scenario = await aClusterScenario();
    const session = await scenario.up();
    const load = aLoad(scenario);
    await load.answeredBy('local', GIVEN_BACK_MS);
    const said = session.lines.length;
    const startAgain = await pauseProgram('kube-apiserver');
    const away = await load.answeredBy('original', GIVEN_BACK_MS);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    startAgain();
    const back = await load.answeredBy('local', 60_000);
    await session.waitForLine(/^bridge\/app:8155 live/, 1000, said);
    await load.stop();
    console.log(
      `original after ${(away / 1000).toFixed(2)} s, local ${(back / 1000).toFixed(2)} s after the start`,
    );
    console.log(load.report());
    expect(await scenario.pod.original()).toMatchObject({ restarts: 0 });
    // What was in flight to this machine when the way there broke is lost; nothing else.
    expect(load.failures.length, load.report()).toBeLessThanOrEqual(2);
  });
});

describe('an API server that neither answers nor refuses', () => {
  it('does not keep Ctrl-C waiting, and the original answers', async () => {
    await using scenario = await aClusterScenario();
    const session = await scenario.up();
    const load = aLoad(scenario);
    await load.answeredBy('local', GIVEN_BACK_MS);
    using _ = freeze('kube-apiserver');
    const leftAt = performance.now();
    session.signal('SIGINT');
    await load.answeredBy('original', GIVEN_BACK_MS);
    expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
    expect(performance.now() - leftAt, session.transcript).toBeLessThan(GIVEN_BACK_MS);
    expect(await containersOf(scenario.copy.project)).toEqual([]);
    await load.stop();
  });

  it('does not keep Ctrl-C waiting in the middle of a start', async () => {
    await using scenario = await aClusterScenario();
    for (const pattern of [/^network created/, /^agent\/.* created/, /^link\/.* opened/]) {
      await using session = startDevenv(['up'], scenario.options());
      await session.waitForLine(pattern, 60_000);
      using _ = freeze('kube-apiserver');
      const leftAt = performance.now();
      session.signal('SIGINT');
      expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
      expect(performance.now() - leftAt, session.transcript).toBeLessThan(GIVEN_BACK_MS);
      expect(await containersOf(scenario.copy.project)).toEqual([]);
    }
  });
});

describe('a pod that is deleted', () => {
  it('is followed to the one that comes in its place', async () => {
    await using scenario = await aClusterScenario();
    const session = await scenario.up();
    const [before] = await scenario.pod.pods();
    const said = session.lines.length;
    await scenario.pod.kubectl('delete', 'pod', before ?? '', '--wait=false');
    await session.waitForLine(/^bridge\/app:8155 live/, 30_000, said);
    await using load = aLoad(scenario);
    await load.answeredBy('local', GIVEN_BACK_MS);
    expect(await scenario.pod.pods()).not.toContain(before);
  });
});

describe('a rollout', () => {
  it('is followed', async () => {
    await using scenario = await aClusterScenario();
    await scenario.up();
    const [before] = await scenario.pod.pods();
    await scenario.pod.kubectl('set', 'env', 'deployment/sidecar-demo', 'ROLLED=out');
    await scenario.pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
    await expect.poll(() => scenario.pod.pods(), { timeout: 20_000 }).not.toContain(before);
    await using load = aLoad(scenario);
    await load.answeredBy('local', GIVEN_BACK_MS);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(load.requests.slice(-20).map(({ by }) => by)).toEqual(Array(20).fill('local'));
  });
});

describe('two replicas', () => {
  it('are both bridged, and both given back', async () => {
    await using scenario = await aClusterScenario();
    await scenario.pod.kubectl('scale', 'deployment/sidecar-demo', '--replicas=2');
    await scenario.pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
    const session = await scenario.up();
    const load = aLoad(scenario);
    await load.answeredBy('local', GIVEN_BACK_MS);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(load.requests.slice(-40).map(({ by }) => by)).toEqual(Array(40).fill('local'));
    session.signal('SIGINT');
    await session.exit;
    await load.answeredBy('original', GIVEN_BACK_MS);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await load.stop();
    expect(load.requests.slice(-15).map(({ by }) => by)).toEqual(Array(15).fill('original'));
    expect(load.failures, load.report()).toEqual([]);
  });
});

describe('the next session', () => {
  it('finds the agent of the one before, and comes up with it', async () => {
    await using scenario = await aClusterScenario();
    const first = await scenario.up();
    expect(await scenario.pod.leftovers(), 'what GitOps tools keep is as it was').toEqual([]);
    first.signal('SIGINT');
    await first.exit;
    await scenario.up();
    const [pod] = await scenario.pod.pods();
    const names = await scenario.pod.kubectl(
      'get',
      'pod',
      pod ?? '',
      '-o',
      'jsonpath={.spec.ephemeralContainers[*].name}',
    );
    expect(names).toMatch(/^gefyra-devenv-agent-net-v\d+-0$/);
  });
});

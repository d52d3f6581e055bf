import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import type { Devenv } from '../e2e/world/devenv.ts';
import { aWorkload, bridges, originalPod, toldBridge } from './a-workload.ts';
import { ReplicaWatch } from './replica-watch.ts';

/** However busy the machine is, milliseconds. */
const PATIENCE_MS = 60_000;

/** A replica's own container says that it is not ready while this file is there. */
const UNREADY = '/tmp/unready';

describe('replicas', () => {
  let scenario: Scenario<ClusterPod>;
  let pod: ClusterPod;

  beforeAll(async () => {
    scenario = await aClusterScenario();
    pod = scenario.pod;
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  /** All of its places are taken over, and these are all it has. */
  const isWhole = (count: number) =>
    vi.waitFor(
      async () => {
        const { state, reason, places } = await toldBridge(scenario);
        expect({ state, reason, count: places.length }).toEqual({ state: 'live', reason: null, count });
      },
      { timeout: PATIENCE_MS, interval: 300 },
    );
  const allLocal = (watch: ReplicaWatch, count: number) =>
    vi.waitFor(() => expect(watch.alive().filter(({ by }) => by === 'local')).toHaveLength(count), {
      timeout: PATIENCE_MS,
      interval: 50,
    });

  it('are bridged as soon as they are there, all of them and no others, and are counted until then', async () => {
    await aWorkload(pod, 'many', { replicas: 1 });
    await pod.kubectl('rollout', 'status', 'deployment/many', '--timeout=60s');
    await bridges(scenario, 'many');
    const session = await scenario.up();
    await pod.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      ...originalPod('many'),
      metadata: { name: 'by-hand', namespace: pod.namespace, labels: { app: 'many' } },
    });
    using watch = new ReplicaWatch(pod, 'app=many', 8155);
    await allLocal(watch, 1);
    const said = session.lines.length;
    const at = performance.now();
    await pod.kubectl('scale', 'deployment/many', '--replicas=5');
    await session.waitForLine(/^bridge\/app:8155 live \d\/5: not at /, PATIENCE_MS, said);
    await allLocal(watch, 5);
    await session.waitForLine(/^bridge\/app:8155 live$/, PATIENCE_MS, said);
    const wholeAt = performance.now();
    const ms = (to = Number.NaN, from = at) => `${((to - from) / 1000).toFixed(2)} s`;
    const replicas = watch.alive().filter(({ name }) => name !== 'by-hand');
    for (const { name, readyAt, originalAt, localAt } of replicas)
      console.log(
        `${name}: ready after ${ms(readyAt)}, bridged ${ms(localAt, readyAt)} later, the original last answered ${originalAt === undefined ? 'never' : `${ms(originalAt, readyAt)} later`}`,
      );
    // That is what can be decided here: how long an agent takes to start is the node's.
    expect(replicas.map(({ agentCameFirst }) => agentCameFirst)).toEqual(Array(5).fill(true));
    expect((await toldBridge(scenario)).places).toHaveLength(5);
    expect(replicas.filter(({ originalAt = 0 }) => originalAt > wholeAt)).toEqual([]);
    expect(watch.named('by-hand')).toMatchObject({ by: 'original', agents: 0, localAt: undefined });
    await pod.kubectl('scale', 'deployment/many', '--replicas=0');
    await session.waitForLine(/^bridge\/app:8155 lost: the target is not running/, PATIENCE_MS, said);
    await pod.kubectl('scale', 'deployment/many', '--replicas=3');
    await allLocal(watch, 3);
    expect(watch.named('by-hand')).toMatchObject({ by: 'original', agents: 0 });
    session.signal('SIGINT');
    await session.exit;
  });

  it('that come and go by rollout and eviction, flap, or never end are counted for what they are', async () => {
    const readinessProbe = {
      exec: { command: ['test', '!', '-e', UNREADY] },
      periodSeconds: 1,
      failureThreshold: 1,
    };
    await aWorkload(pod, 'few', { replicas: 2 }, { readinessProbe });
    await pod.kubectl('rollout', 'status', 'deployment/few', '--timeout=60s');
    await bridges(scenario, 'few');
    const session = await scenario.up();
    using watch = new ReplicaWatch(pod, 'app=few', 8155);
    await allLocal(watch, 2);
    const names = () =>
      watch
        .alive()
        .map(({ name }) => name)
        .sort();
    const [flaps = '', stays = ''] = names();
    const said = session.lines.length;
    const readiness = (name: string, is: string) =>
      pod.kubectl('wait', `pod/${name}`, `--for=condition=Ready=${is}`, '--timeout=30s');
    await pod.kubectl('exec', flaps, '-c', 'app', '--', 'touch', UNREADY);
    await readiness(flaps, 'False');
    await pod.kubectl('exec', flaps, '-c', 'app', '--', 'rm', UNREADY);
    await readiness(flaps, 'True');
    expect(watch.named(flaps)).toMatchObject({ by: 'local', agents: 1 });
    expect(bridgeLines(session, said)).toEqual([]);

    await pod.kubectl('patch', 'pod', stays, '-p', '{"metadata":{"finalizers":["example.com/stays"]}}');
    await pod.kubectl('delete', 'pod', stays, '--wait=false');
    await evict(pod, flaps);
    await allLocal(watch, 2);
    await isWhole(2);
    expect(names()).not.toContain(stays);
    expect(names()).not.toContain(flaps);
    expect((await toldBridge(scenario)).places.map(({ name }: { name: string }) => name).sort()).toEqual(
      names(),
    );
    const agentsThere = watch.named(stays)?.agents;

    await pod.kubectl('rollout', 'restart', 'deployment/few');
    await pod.kubectl('rollout', 'status', 'deployment/few', '--timeout=60s');
    await allLocal(watch, 2);
    await isWhole(2);
    expect(watch.named(stays)?.agents).toBe(agentsThere);
    await pod.kubectl('patch', 'pod', stays, '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
  });
});

/** What a session has said of its bridge since its line of that number. */
function bridgeLines(session: Devenv, from: number): readonly string[] {
  return session.lines.slice(from).flatMap(({ text }) => (text.startsWith('bridge/') ? [text] : []));
}

async function evict(pod: ClusterPod, name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'e2ev-'));
  try {
    const file = join(folder, 'eviction.json');
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace: pod.namespace },
    };
    await writeFile(file, JSON.stringify(eviction));
    await pod.kubectl(
      'create',
      '--raw',
      `/api/v1/namespaces/${pod.namespace}/pods/${name}/eviction`,
      '-f',
      file,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import { ask } from '../e2e/world/ask.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { type Devenv, runDevenv } from '../e2e/world/devenv.ts';
import { aWorkload, bridges, toldBridge } from './a-workload.ts';

const execute = promisify(execFile);

/** However busy the machine is, milliseconds. */
const PATIENCE = { timeout: 60_000, interval: 200 };

const NOTHING_SENT =
  /no pod of it is ready, so that Service sick sends nothing there; what makes it: (kubectl .*}}')/;

describe('an original that does not run is bridged, and it is said why nobody comes', () => {
  let scenario: Scenario<ClusterPod>;
  let pod: ClusterPod;
  let session: Devenv;
  let url: string;

  beforeAll(async () => {
    scenario = await aClusterScenario();
    pod = scenario.pod;
    // Nobody is there who could give that image.
    await sick({ image: 'localhost:1/none:1' });
    await pod.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'sick', namespace: pod.namespace },
      spec: { selector: { app: 'sick' }, ports: [{ port: 80, targetPort: 8155 }] },
    });
    url = `http://${await pod.kubectl('get', 'service', 'sick', '-o', 'jsonpath={.spec.clusterIP}')}/`;
    await vi.waitFor(async () => expect(await waiting()).toMatch(/ErrImagePull|ImagePullBackOff/), PATIENCE);
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  /** The workload with another container. */
  const sick = (fields: object) =>
    aWorkload(pod, 'sick', { replicas: 1, strategy: { type: 'Recreate' } }, fields);
  const waiting = () =>
    pod.kubectl(
      ...['get', 'pods', '-l', 'app=sick', '-o'],
      'jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}',
    );
  const isWhole = (reason: unknown) =>
    vi.waitFor(async () => {
      const { state, places, ...told } = await toldBridge(scenario);
      expect([state, ...places.map((place) => place.state)]).toEqual(['live', 'live']);
      expect(told.reason).toEqual(reason);
    }, PATIENCE);
  const isLocal = () =>
    vi.waitFor(
      async () => expect(await ask(url, { timeoutMs: 1000 })).toMatchObject({ by: 'local' }),
      PATIENCE,
    );

  it('whose image cannot be pulled: the printed patch lets requests through', async () => {
    await bridges(scenario, 'sick');
    const { code, stderr } = await runDevenv(['plan'], scenario.options());
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(NOTHING_SENT) });
    expect(stderr).not.toContain('probes: mine');
    session = await scenario.up();
    const { text } = await session.waitForLine(/^bridge\/app:8155 live: no pod/, PATIENCE.timeout);
    const [, command = ''] = NOTHING_SENT.exec(text) ?? [];
    await execute('sh', ['-c', command]);
    await isLocal();
    await isWhole(null);
  });

  it('that crashes', async () => {
    await sick({ command: ['node', '-e', 'process.exit(1)'] });
    await vi.waitFor(async () => expect(await waiting()).toBe('CrashLoopBackOff'), PATIENCE);
    await isWhole(null);
    await isLocal();
  });

  it('that never gets ready: `probes: mine` makes it so', async () => {
    await pod.kubectl('patch', 'service', 'sick', '-p', '{"spec":{"publishNotReadyAddresses":false}}');
    await sick({
      command: ['node', '-e', 'setInterval(() => {}, 1000)'],
      readinessProbe: { httpGet: { path: '/', port: 8155 }, periodSeconds: 1 },
    });
    await isWhole(expect.stringMatching(/Service sick sends nothing there.*or `probes: mine` on the bridge/));
    await scenario.copy.edit(
      'gefyra.yaml',
      '        ports: [8155]',
      '        ports: [8155]\n        probes: mine',
    );
    await isWhole(null);
    await isLocal();
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv, startDevenv } from '../e2e/world/devenv.ts';
import { docker } from '../e2e/world/docker.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** What the strictest level of Pod Security wants of a pod, and what its programs can do with it. */
const compliant = {
  spec: {
    template: {
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
        containers: ['app', 'sidecar'].map((name) => ({
          name,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        })),
      },
    },
  },
};

const enforce = ({ pod }: Scenario<ClusterPod>, level: 'baseline' | 'restricted' | 'privileged') =>
  pod.kubectl(
    'label',
    'namespace',
    pod.namespace,
    `pod-security.kubernetes.io/enforce=${level}`,
    '--overwrite',
  );

const agentsIn = async ({ pod }: Scenario<ClusterPod>) => {
  const [name = ''] = await pod.pods();
  return pod.kubectl('get', 'pod', name, '-o', 'jsonpath={.spec.ephemeralContainers[*].name}');
};

/** One service that connects by the workload, one that has none, and what of the file is to be added to the first. */
const file = ({ name, target }: ClusterPod, more = '') => `name: ${name}
connection: {platform: kubernetes}
services:
  app:
    image: ${demoImage}
    command: sleep 3600
    stop_signal: SIGKILL
    env_from: ${target}
    volumes: [{type: workload, source: /pod, target: /pod}]
${more}
  lone: {image: "${demoImage}", command: sleep 3600, stop_signal: SIGKILL}
`;

/** A scenario whose namespace is restricted, and whose pod complies with that. */
async function aRestrictedScenario(): Promise<Scenario<ClusterPod>> {
  const scenario = await aClusterScenario();
  const { pod, copy } = scenario;
  await enforce(scenario, 'restricted');
  await pod.kubectl('patch', 'deployment', 'sidecar-demo', '--patch', JSON.stringify(compliant));
  await pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
  await vi.waitFor(async () => expect(await pod.pods()).toHaveLength(1), { timeout: 20_000 });
  await writeFile(join(copy.folder, 'gefyra.yaml'), file(pod));
  return scenario;
}

describe('a namespace whose pod security is restricted', () => {
  let scenario: Scenario<ClusterPod>;
  let session: ReturnType<typeof startDevenv>;

  beforeAll(async () => {
    scenario = await aRestrictedScenario();
    session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
  });
  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    await scenario[Symbol.asyncDispose]();
  });

  const run = (service: string, ...words: readonly string[]) =>
    docker('exec', `gefyra-${scenario.copy.project}.${service}`, ...words);
  const callerOf = (service: string) =>
    run(
      service,
      ...[
        'node',
        '-e',
        `fetch('http://vault:9000/who').then((answer) => answer.json()).then((found) => console.log(found.caller))`,
      ],
    );

  it('lets in an agent without capabilities, by which connections and names go', async () => {
    expect(await agentsIn(scenario)).toMatch(/^gefyra-devenv-agent-plain-v\d+-0$/);
    const { pod, vault } = await scenario.pod.addresses();
    expect(await callerOf('app')).toContain(pod);
    expect(await run('app', 'getent', 'ahostsv4', `vault.${scenario.pod.namespace}.svc`)).not.toBe('');
    expect(vault).not.toBe('');
  });

  it('gives variables and files of the workload', async () => {
    expect(await run('app', 'printenv', 'GREETING')).toBe('hello');
    expect(await run('app', 'cat', '/pod/app.mjs')).toContain("ANSWERED_BY = 'original'");
  });

  it('lets in the agent of services without a workload', async () => {
    expect(await callerOf('lone')).toMatch(/10\.244\./);
    const { pod } = await scenario.pod.addresses();
    expect(await callerOf('lone')).not.toContain(pod);
  });

  it('and baseline let in no agent for bridges, and say what is needed and what works without', async () => {
    const { pod, copy } = scenario;
    const bridged = file(pod, `    bridges: [{target: ${pod.target}, ports: [8155]}]`);
    await writeFile(join(copy.folder, 'bridged.yaml'), bridged);
    for (const level of ['restricted', 'baseline'] as const) {
      await enforce(scenario, level);
      const { code, stderr } = await runDevenv(['-f', 'bridged.yaml', 'plan'], scenario.options());
      expect(stderr).toMatch(
        /port 8155 of deployment\/sidecar-demo\/app cannot be bridged: namespace \S+ does not let in/,
      );
      expect(stderr).toContain(`violates PodSecurity "${level}:latest"`);
      expect(stderr).toContain(`kubectl label namespace ${pod.namespace} pod-security`);
      expect(stderr).toContain('All the rest works there without');
      expect(code).toBe(4);
    }
    const { code, stdout } = await runDevenv(['-p', 'other', 'plan'], scenario.options());
    expect(stdout).toContain('no capability');
    expect(code, 'baseline lets in the rest').toBe(0);
  });

  it('judges what an earlier agent left in a pod, and that is told', async () => {
    const { pod, copy } = scenario;
    const write = (more = '') => writeFile(join(copy.folder, 'gefyra.yaml'), file(pod, more));
    const end = async () => {
      session.signal('SIGINT');
      await session.exit;
    };
    await end();
    await enforce(scenario, 'privileged');
    const [name = ''] = await pod.pods();
    await pod.kubectl('delete', 'pod', name, '--wait=false');
    await pod.kubectl('rollout', 'status', 'deployment/sidecar-demo', '--timeout=60s');
    await vi.waitFor(async () => expect(await pod.pods()).not.toContain(name), { timeout: 20_000 });
    const bridge = `    bridges: [{target: ${pod.target}, ports: [8155]}]`;
    await write(bridge);
    session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^bridge\/app:8155 (live|resting)/, 60_000);
    await end();
    await write();
    await enforce(scenario, 'restricted');
    const { code, stderr } = await runDevenv(['plan'], scenario.options());
    expect(stderr).toMatch(/lets in no agent any more .* it got gefyra-devenv-agent-net-v\d+-0 before/);
    expect(stderr).toContain('replace the pod: kubectl delete pod');
    expect(code).toBe(4);
    await enforce(scenario, 'privileged');
    session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
    const said = session.lines.length;
    await write(bridge);
    await session.waitForLine(/^bridge\/app:8155 (live|resting)/, 60_000, said);
    const agents = (await agentsIn(scenario)).replace(/-v\d+/g, '').split(' ').sort();
    expect(agents).toEqual(['gefyra-devenv-agent-net-0', 'gefyra-devenv-agent-plain-0']);
  });
});

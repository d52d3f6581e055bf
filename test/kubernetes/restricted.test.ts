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

  it('lets a command run as a workload, without any file', async () => {
    const { pod } = scenario;
    const words = [
      '-n',
      pod.namespace,
      '--like',
      'deployment/sidecar-demo/app',
      '--',
      'getent',
      'hosts',
      'vault',
    ];
    const ran = await runDevenv(['run', '-y', ...words], scenario.options());
    expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('vault') });
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
    const other = `${pod.name}-b`;
    const { code, stdout } = await runDevenv(['-p', other, 'plan'], scenario.options());
    expect(stdout).toContain('no capability');
    expect(code, 'baseline lets in the rest').toBe(0);
    const begun = await runDevenv(['-p', other, 'up', '-d', '--wait'], scenario.options());
    expect(begun.code, begun.stderr).toBe(0);
    expect(await docker('exec', `gefyra-${other}.app`, 'printenv', 'GREETING')).toBe('hello');
    expect(await docker('exec', `gefyra-${other}.app`, 'cat', '/pod/app.mjs')).toContain('ANSWERED_BY');
    expect((await runDevenv(['-p', other, 'down'], scenario.options())).code).toBe(0);
  });

  it('gets an agent for bridges beside the other as soon as that is let in', async () => {
    const { pod, copy } = scenario;
    await enforce(scenario, 'privileged');
    const bridged = file(pod, `    bridges: [{target: ${pod.target}, ports: [8155]}]`);
    await writeFile(join(copy.folder, 'gefyra.yaml'), bridged);
    await session.waitForLine(/^bridge\/app:8155 (live|resting)/, 60_000);
    const agents = (await agentsIn(scenario)).replace(/-v\d+/g, '').split(' ').sort();
    expect(agents).toEqual(['gefyra-devenv-agent-net-0', 'gefyra-devenv-agent-plain-0']);
  });

  it('judges all of a pod, what is left in it included, and that is told', async () => {
    const { pod, copy } = scenario;
    const other = file({ ...pod, target: 'deployment/vault/vault' });
    await writeFile(join(copy.folder, 'other.yaml'), other);
    const refused = async (words: RegExp) => {
      await enforce(scenario, 'restricted');
      const { code, stderr } = await runDevenv(
        ['-f', 'other.yaml', '-p', 'other', 'plan'],
        scenario.options(),
      );
      expect(stderr).toMatch(words);
      expect(stderr).toMatch(/replace the pod: kubectl delete pod vault-\S+ --namespace/);
      expect(code).toBe(4);
    };
    await refused(/its own vault would not be let into namespace \S+ either/);
    await enforce(scenario, 'privileged');
    const [name = ''] = (await pod.kubectl('get', 'pods', '-l', 'app=vault', '-o', 'name')).split('\n');
    const securityContext = { capabilities: { add: ['NET_ADMIN'] } };
    const debugging = { name: 'debugger-1', image: demoImage, command: ['true'], securityContext };
    const patch = JSON.stringify({ spec: { ephemeralContainers: [debugging] } });
    await pod.kubectl('patch', name, '--subresource=ephemeralcontainers', '--patch', patch);
    await refused(/lets in no agent any more beside deployment\/vault\S*: it got debugger-1 before/);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import { developerAccess } from '../e2e/world/cluster-access.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { Machine, runDevenv } from '../e2e/world/devenv.ts';
import { containersOf } from '../e2e/world/leftovers.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** So many commands run side by side. */
const AT_ONCE = 3;

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

let scenario: Scenario<ClusterPod>;
/** What the role of the developer allows that devenv printed. */
let rules: readonly V1PolicyRule[];

/** A file that asks of a cluster all that can be asked. */
const file = ({ name, target }: ClusterPod) => `name: ${name}
services:
  app:
    image: ${demoImage}
    command: node -e "require('http').createServer((_, answer) => answer.end('here')).listen(8155); process.on('SIGTERM', () => process.exit())"
    env_from: ${target}
    volumes: [{type: workload, source: ${TOKEN}, target: /token}]
    bridges: [{target: ${target}, ports: [8155]}]
  reader:
    image: ${demoImage}
    command: sleep 3600
    stop_grace_period: 0s
    env_from: statefulset/db
    volumes: [{type: workload, source: /srv, target: /srv}]
  worker:
    image: ${demoImage}
    command: sleep 3600
    stop_grace_period: 0s
`;

const database = (namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace },
  spec: {
    selector: { matchLabels: { app: 'db' } },
    template: {
      metadata: { labels: { app: 'db' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'db',
            image: demoImage,
            imagePullPolicy: 'IfNotPresent',
            command: ['sleep', '3600'],
            env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } }],
            envFrom: [{ configMapRef: { name: 'settings' } }],
          },
        ],
      },
    },
  },
});

beforeAll(async () => {
  scenario = await aClusterScenario();
  const { pod, copy } = scenario;
  await pod.kubectl('create', 'configmap', 'settings', '--from-literal=COLOR=green');
  await pod.kubectl('create', 'secret', 'generic', 'keys', '--from-literal=password=hunter-two');
  await pod.apply(database(pod.namespace));
  await pod.kubectl('rollout', 'status', 'statefulset/db', '--timeout=60s');
  await writeFile(join(copy.folder, 'gefyra.yaml'), file(pod));
});
afterAll(() => scenario[Symbol.asyncDispose]());

it('plan --role prints a role that is enough, and narrow', async () => {
  const { pod } = scenario;
  const { code, stdout, stderr } = await runDevenv(['plan', '--role'], scenario.options());
  expect(code, stderr).toBe(0);
  const [role, binding] = parseAllDocuments(stdout).map((document) => document.toJS());
  rules = role.rules;
  const namesOf = (resource: string) =>
    rules.find(({ resources }) => resources?.includes(resource))?.resourceNames;
  expect(namesOf('secrets')).toEqual(['keys']);
  expect(namesOf('serviceaccounts/token')).toEqual(['default']);
  expect(namesOf('pods/exec')).toEqual(['db-0']);
  expect(namesOf('deployments')).toEqual(['sidecar-demo']);
  expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', namespace: pod.namespace, name: 'developer' }]);
  await pod.access.allow([]);
  await applied(stdout);
  const planned = await runDevenv(['plan'], scenario.options());
  expect(planned.code, planned.stderr).toBe(0);
  const session = await scenario.up();
  expect(await pod.askApp('/')).toMatchObject({ status: 200, body: 'here' });
  await isTold(pod);
  expect((await runDevenv(['down'], scenario.options())).code).toBe(0);
  await session.exit;
});

/** A colleague, who gets a role of their own, is told who has the port, and takes nobody's rights away. */
async function isTold(pod: ClusterPod): Promise<void> {
  const { namespace, kubectl } = pod;
  await using access = await developerAccess({ namespace, kubectl, name: 'colleague', rules: [] });
  using machine = new Machine();
  const place = { ...scenario.options(), machine };
  const colleague = (...words: readonly string[]) =>
    runDevenv(['-p', 'other', ...words], { ...place, env: { ...place.env, ...access.env } });
  // Who may read nothing yet is given all that the file could need; who may read it, what it needs.
  for (const isNarrow of [false, true]) {
    const { stdout } = await colleague('plan', '--role');
    expect(stdout.includes('resourceNames: ["keys"]')).toBe(isNarrow);
    await applied(stdout);
  }
  // Without being asked for it, nobody is asked whether they use it.
  for (const [words, use] of [
    [['plan'], ', the last request came'],
    [['up', '--takeover'], '; in use: a request'],
  ] as const) {
    const { code, stderr } = await colleague(...words);
    expect(stderr).toMatch(
      /port 8155 of deployment\/sidecar-demo\/app is held by .*\(project e2e-[^)]*, since 2[^)]*Z\)/,
    );
    expect(stderr).toContain(use);
    expect(code).toBe(5);
  }
  expect(await containersOf('other')).toEqual([]);
  expect(await pod.askApp('/')).toMatchObject({ status: 200, body: 'here' });
}

async function applied(manifest: string): Promise<void> {
  const path = join(scenario.copy.folder, 'role.yaml');
  await writeFile(path, manifest);
  await scenario.pod.kubectl('apply', '--filename', path);
}

it('any verb of it is missing: plan says which, and prints that role', async () => {
  const { pod } = scenario;
  const all = rules.flatMap((rule) => rule.verbs.map((verb) => ({ rule, verb })));
  const waiting = [...all.entries()];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { rule, verb }] = next;
      const others = rules.map((one) =>
        one === rule ? { ...one, verbs: one.verbs.filter((other) => other !== verb) } : one,
      );
      const name = `without-${index}`;
      await using access = await developerAccess({
        namespace: pod.namespace,
        kubectl: pod.kubectl,
        name,
        rules: others.filter(({ verbs }) => verbs.length > 0),
      });
      const place = scenario.options();
      const { code, stderr } = await runDevenv(['plan'], { ...place, env: { ...place.env, ...access.env } });
      const missing = `${verb} ${rule.resources?.[0]}`;
      // Without the workload nobody knows what it uses, so that more is told.
      expect(stderr).toMatch(
        new RegExp(`^error: permissions are missing in namespace.*\\b${missing}\\b`, 'm'),
      );
      expect(stderr).toMatch(/kind: Role\b[\s\S]*kind: RoleBinding/);
      expect(code, missing).toBe(4);
    }
  });
  await Promise.all(workers);
});

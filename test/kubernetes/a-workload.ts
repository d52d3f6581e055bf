import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv } from '../e2e/world/devenv.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** A container that answers as the example's original does, on port 8155. */
const ORIGINAL = {
  name: 'app',
  image: demoImage,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', '/pod/app.mjs'],
  ports: [{ containerPort: 8155 }],
  volumeMounts: [{ name: 'programs', mountPath: '/pod' }],
};

/** What is told of a bridge for programs, as far as it matters here. */
interface ToldBridge {
  readonly state: string;
  readonly reason: string | null;
  readonly places: readonly { readonly name: string; readonly state: string }[];
}

/** A pod of the example's original alone. `fields`: what its container has otherwise. */
export function originalPod(name: string, fields: object = {}) {
  return {
    metadata: { labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ ...ORIGINAL, ...fields }],
      volumes: [{ name: 'programs', configMap: { name: 'sidecar-demo-programs' } }],
    },
  };
}

/** A Deployment of such pods. `spec`: what it has otherwise. */
export async function aWorkload(
  pod: ClusterPod,
  name: string,
  spec: object,
  fields: object = {},
): Promise<void> {
  await pod.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: pod.namespace },
    spec: { ...spec, selector: { matchLabels: { app: name } }, template: originalPod(name, fields) },
  });
}

/** Lets the file of a scenario name that workload. */
export async function bridges(scenario: Scenario, name: string): Promise<void> {
  const file = join(scenario.copy.folder, 'gefyra.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/target: \S+/, `target: deployment/${name}/app`));
}

/** How the one bridge of a scenario is. */
export async function toldBridge(scenario: Scenario): Promise<ToldBridge> {
  const { stdout } = await runDevenv(['ps', '--format', 'json'], scenario.options());
  return JSON.parse(stdout).bridges[0];
}

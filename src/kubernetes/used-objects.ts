import type { V1Container, V1PodSpec, V1VolumeProjection } from '@kubernetes/client-node';
import { isPathWithin } from '../common/path-within.ts';
import { volumeAt } from './volumes.ts';

/** Objects of a namespace whose content is brought here, by name. */
export interface UsedObjects {
  /** Undefined = some, whose names are not known; so below. */
  readonly configMaps: readonly string[] | undefined;
  readonly secrets: readonly string[] | undefined;
  /** Those that a token is asked for. */
  readonly serviceAccounts: readonly string[] | undefined;
  /** Whether a program is run in the container, since no object tells what is asked for. */
  readonly runsProgram: boolean;
}

/** The volume that a cluster gives to pods, as far as its objects matter. */
const GIVEN_TOKEN: { readonly directory: string; readonly sources: readonly V1VolumeProjection[] } = {
  directory: '/var/run/secrets/kubernetes.io/serviceaccount',
  sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt' } }],
};

/** What may have to be read where a workload is not known, for its variables. */
export const UNKNOWN_VARIABLES: UsedObjects = {
  configMaps: undefined,
  secrets: undefined,
  serviceAccounts: [],
  runsProgram: false,
};

/** The same for files of it. */
export const UNKNOWN_FILES: UsedObjects = {
  configMaps: undefined,
  secrets: undefined,
  serviceAccounts: undefined,
  runsProgram: true,
};

/** What reading a container's variables reads, as `readEnvironment` does. Pure. */
export function objectsOfVariables({ envFrom = [], env = [] }: V1Container): UsedObjects {
  const valuesFrom = env.flatMap(({ valueFrom }) => valueFrom ?? []);
  return {
    configMaps: names([
      ...envFrom.map(({ configMapRef }) => configMapRef),
      ...valuesFrom.map(({ configMapKeyRef }) => configMapKeyRef),
    ]),
    secrets: names([
      ...envFrom.map(({ secretRef }) => secretRef),
      ...valuesFrom.map(({ secretKeyRef }) => secretKeyRef),
    ]),
    serviceAccounts: [],
    runsProgram: false,
  };
}

/**
 * What reading a path of a container reads, as `readFiles` does. A workload's template does not have the volume with a token
 * that every pod is given unless it asks not to be. Pure.
 */
export function objectsOfFiles(pod: V1PodSpec, container: V1Container, path: string): UsedObjects {
  const isGiven = pod.automountServiceAccountToken !== false && isPathWithin(path, GIVEN_TOKEN.directory);
  const sources = volumeAt(pod, container, path)?.sources ?? (isGiven ? GIVEN_TOKEN.sources : undefined);
  if (sources === undefined) return { configMaps: [], secrets: [], serviceAccounts: [], runsProgram: true };
  const hasToken = sources.some(({ serviceAccountToken }) => serviceAccountToken !== undefined);
  return {
    configMaps: names(sources.map(({ configMap }) => configMap)),
    secrets: names(sources.map(({ secret }) => secret)),
    serviceAccounts: hasToken ? [pod.serviceAccountName ?? 'default'] : [],
    runsProgram: false,
  };
}

function names(sources: readonly ({ readonly name?: string } | undefined)[]): readonly string[] {
  return [...new Set(sources.flatMap((source) => source?.name ?? []))];
}

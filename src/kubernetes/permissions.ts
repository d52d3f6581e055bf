import type { V1Container } from '@kubernetes/client-node';
import type { TargetRef } from '../model/workspace.ts';
import type { PlatformNeeds } from '../platform/index.ts';
import { containerNamed, containerOf } from './containers.ts';
import { STANDALONE_JOB } from './standalone-job.ts';
import {
  objectsOfFiles,
  objectsOfVariables,
  UNKNOWN_FILES,
  UNKNOWN_VARIABLES,
  type UsedObjects,
} from './used-objects.ts';
import { groupOf, plurals, type Workload, workloadKind } from './workloads.ts';
import type { WorkloadOf } from './workloads-of.ts';

/** One thing that must be allowed. */
export interface Permission {
  readonly namespace: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** Plural, with the subresource behind a slash. */
  readonly resource: string;
  readonly verb: string;
  /** The only objects it is needed for, sorted; undefined = any, since their names come by chance or are not known. */
  readonly names: readonly string[] | undefined;
}

/** What is needed of each namespace; undefined = that of the connection. Pure. */
export function byNamespace(needs: PlatformNeeds): ReadonlyMap<string | undefined, PlatformNeeds> {
  const { bridges, outbound, environments, files } = needs;
  const all = [
    ...bridges.map(({ target }) => target),
    ...outbound,
    ...environments,
    ...files.map(({ from }) => from),
  ];
  const parts = [...new Set(all.map(({ namespace }) => namespace))].map((namespace) => {
    const isThere = (target: TargetRef) => target.namespace === namespace;
    const part: PlatformNeeds = {
      ...needs,
      bridges: bridges.filter(({ target }) => isThere(target)),
      outbound: outbound.filter(isThere),
      environments: environments.filter(isThere),
      files: files.filter(({ from }) => isThere(from)),
    };
    return [namespace, part] as const;
  });
  return new Map(parts);
}

/** What is known when permissions are counted. */
export interface Known {
  /** The namespace of targets. */
  readonly namespace: string;
  /** The workload of a target; undefined where it could not be read: then nobody knows the names of what it uses. */
  readonly workload: WorkloadOf;
}

/** What the needs of a session take, each once, sorted; as few and as narrow as they can be. Pure. */
export function permissionsFor(needs: PlatformNeeds, known: Known): readonly Permission[] {
  const counted = new Counted(known);
  const networks = [...needs.bridges.map(({ target }) => target), ...needs.outbound];
  for (const target of [...networks, ...needs.environments, ...needs.files.map(({ from }) => from)])
    counted.addWorkload(target);
  for (const target of networks) {
    if (target.kind === 'namespace') counted.addStandalone();
    else counted.addAgent(target);
  }
  for (const target of needs.environments)
    counted.addObjects(target, ({ container }) => objectsOfVariables(container), UNKNOWN_VARIABLES);
  for (const { from, source } of needs.files)
    counted.addObjects(
      from,
      ({ workload, container }) => objectsOfFiles(workload.pod, container, source),
      UNKNOWN_FILES,
    );
  return counted.sorted();
}

interface Found {
  readonly workload: Workload;
  readonly container: V1Container;
}

class Counted {
  readonly #known: Known;
  readonly #all = new Map<string, Permission>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** To find a workload and its pods. */
  addWorkload(target: TargetRef): void {
    const kind = workloadKind(target);
    if (kind === undefined) return;
    this.#add(groupOf(kind), plurals[kind], ['get'], target.path.slice(0, 1));
    if (kind !== 'pod') this.#add('', 'pods', ['list']);
  }

  /** To place an agent in each of its pods, to reach it, and to learn of other pods. */
  addAgent(target: TargetRef): void {
    if (workloadKind(target) === undefined) return;
    const names = podNamesOf(target, this.#known.workload(target));
    this.#add('', 'pods', ['get', 'list', 'watch']);
    this.#add('', 'pods/ephemeralcontainers', ['patch'], names);
    // Which verb opens a stream depends on the version of the cluster.
    this.#add('', 'pods/portforward', ['get', 'create'], names);
  }

  /** For the agent of services without a workload, whose pod gets its name by chance. */
  addStandalone(): void {
    this.#add('batch', 'jobs', ['create']);
    // To keep it, and to remove one that does not come to be, for which events say the reason.
    this.#add('batch', 'jobs', ['delete', 'get', 'patch'], [STANDALONE_JOB]);
    this.#add('', 'events', ['list']);
    // A dry run of its pod, too: a Job is let in even where its pod is not.
    this.#add('', 'pods', ['create', 'list']);
    this.#add('', 'pods/portforward', ['get', 'create']);
  }

  /** To read what a container's variables or files come from. */
  addObjects(target: TargetRef, usedBy: (found: Found) => UsedObjects, unknown: UsedObjects): void {
    const found = this.#find(target);
    const used = found === undefined ? unknown : usedBy(found);
    this.#addNamed('configmaps', 'get', used.configMaps);
    this.#addNamed('secrets', 'get', used.secrets);
    this.#addNamed('serviceaccounts/token', 'create', used.serviceAccounts);
    if (used.runsProgram) this.#add('', 'pods/exec', ['get', 'create'], podNamesOf(target, found?.workload));
  }

  sorted(): readonly Permission[] {
    return [...this.#all.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  #find(target: TargetRef): Found | undefined {
    const workload = this.#known.workload(target);
    if (workload === undefined) return undefined;
    try {
      const container = containerNamed(workload.pod, containerOf(target, workload));
      return container === undefined ? undefined : { workload, container };
    } catch {
      // It is told where the target is looked for.
      return undefined;
    }
  }

  /** Nothing for no names; undefined = their names are not known. */
  #addNamed(resource: string, verb: string, names: readonly string[] | undefined): void {
    if (names?.length !== 0) this.#add('', resource, [verb], names);
  }

  #add(group: string, resource: string, verbs: readonly string[], names?: readonly string[]): void {
    const { namespace } = this.#known;
    for (const verb of verbs) {
      const permission = { namespace, group, resource, verb, names };
      const key = keyOf(permission);
      const before = this.#all.get(key);
      const all = before === undefined ? names : joined(before.names, names);
      this.#all.set(key, { ...permission, names: all === undefined ? undefined : [...all].sort() });
    }
  }
}

/** The names that pods of a workload have whatever happens; undefined where they come by chance. */
function podNamesOf(target: TargetRef, workload: Workload | undefined): readonly string[] | undefined {
  const [name = ''] = target.path;
  if (target.kind === 'pod') return [name];
  if (target.kind !== 'statefulset' || workload === undefined) return undefined;
  const { firstOrdinal, replicas = 1 } = workload;
  return Array.from({ length: replicas }, (_, index) => `${name}-${firstOrdinal + index}`);
}

function joined(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  return one === undefined || other === undefined ? undefined : [...new Set([...one, ...other])];
}

function keyOf({ namespace, group, resource, verb }: Permission): string {
  // A blank sorts a resource before its subresources.
  return `${namespace} ${group} ${resource} ${verb}`;
}

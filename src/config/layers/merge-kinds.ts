import type { Path } from '../problem.ts';
import { entryOf, type Mapping, type Node } from '../tree.ts';
import {
  assignmentsAlike,
  contextAlike,
  dependenciesAlike,
  hostsAlike,
  listsAlike,
  namesAlike,
  type Unified,
} from './alike.ts';
import {
  bridgedPort,
  devicePath,
  envFilePath,
  forwardedPort,
  hostAddress,
  mountPath,
  portIdentity,
  secretPath,
  targetOf,
  textOf,
  withoutMode,
  wordBeforeColon,
  wordBeforeEquals,
} from './identity.ts';

/** How two layers' values of a key become one, where it is not just by their being mappings, lists or single values. */
export interface MergeKind {
  /** The later value takes the place of the earlier one whole. */
  readonly isWhole?: boolean;
  /** Brings both values into one form, where a key has several. */
  readonly unified?: Unified;
  /** What an item of a list is known by; undefined = it stands for itself. Absent = lists just follow one another. */
  readonly identity?: (item: Node) => string | undefined;
  /** Items of one identity are merged; otherwise the later one takes the earlier one's place. */
  readonly areItemsMerged?: boolean;
  /** Keys of the earlier mapping that make no sense any more beside the later one. */
  readonly withdrawn?: (over: Mapping) => readonly string[];
}

/** How the values at a path of the file are merged. */
export function mergeKindAt(path: Path): MergeKind {
  // Whatever is said about a service stands two levels down.
  const found = path.length < 2 ? undefined : kinds.find(({ steps }) => fits(steps, path));
  return found?.kind ?? plain;
}

const plain: MergeKind = {};
const assignments: MergeKind = { unified: assignmentsAlike, identity: wordBeforeEquals };
const names: MergeKind = { unified: namesAlike, identity: textOf };
const words: MergeKind = { unified: listsAlike, identity: textOf };

const kinds = table({
  'services.*.command': { isWhole: true },
  'services.*.entrypoint': { isWhole: true },
  'services.*.process': { isWhole: true },
  'services.*.healthcheck.test': { isWhole: true },
  'services.*.debug.command': { isWhole: true },
  'services.*.healthcheck': { withdrawn: (over) => (isTrue(over, 'disable') ? ['test'] : []) },
  'services.*.environment': assignments,
  'services.*.labels': assignments,
  'services.*.sysctls': assignments,
  'services.*.build': { unified: contextAlike, withdrawn: otherDockerfile },
  'services.*.build.args': assignments,
  'services.*.build.labels': assignments,
  'services.*.build.additional_contexts': assignments,
  'services.*.build.extra_hosts': { unified: hostsAlike, identity: hostAddress },
  'services.*.build.secrets': { identity: secretPath('/') },
  'services.*.build.ssh': { identity: wordBeforeEquals },
  'services.*.build.tags': words,
  'services.*.extra_hosts': { unified: hostsAlike, identity: hostAddress },
  'services.*.env_file': { unified: listsAlike, identity: envFilePath },
  'services.*.label_file': { unified: listsAlike, identity: envFilePath },
  'services.*.env_from': { unified: listsAlike, identity: targetOf },
  'services.*.dns': words,
  'services.*.dns_opt': words,
  'services.*.dns_search': words,
  'services.*.tmpfs': { unified: listsAlike, identity: wordBeforeColon },
  'services.*.cap_add': words,
  'services.*.cap_drop': words,
  'services.*.security_opt': words,
  'services.*.device_cgroup_rules': words,
  'services.*.group_add': words,
  'services.*.links': words,
  'services.*.volumes_from': { identity: withoutMode },
  'services.*.profiles': words,
  'services.*.outbound.loopback': words,
  'services.*.volumes': { identity: mountPath },
  'services.*.devices': { identity: devicePath },
  'services.*.secrets': { identity: secretPath('/run/secrets/') },
  'services.*.configs': { identity: secretPath('/') },
  'services.*.ports': { identity: portIdentity },
  'services.*.depends_on': { unified: dependenciesAlike, identity: textOf },
  'services.*.networks': names,
  'services.*.networks.*.aliases': words,
  'services.*.bridges': { identity: targetOf, areItemsMerged: true },
  'services.*.bridges.*.ports': { identity: bridgedPort },
  // One decision: half of each would be a third one.
  'services.*.bridges.*.match': { isWhole: true },
  'services.*.bridges.*.fallback': { isWhole: true },
  'services.*.bridges.*.except': { unified: listsAlike },
  'services.*.bridges.*.on_answer.pass_on': words,
  forwards: { identity: forwardedPort },
  'connection.allow': words,
  'volumes.*.labels': assignments,
  // Each has one source only.
  'secrets.*': { isWhole: true },
  'configs.*': { isWhole: true },
});

function table(byPath: Readonly<Record<string, MergeKind>>) {
  return Object.entries(byPath).map(([path, kind]) => ({ steps: path.split('.'), kind }));
}

function fits(steps: readonly string[], path: Path): boolean {
  return steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index]);
}

function isTrue(mapping: Mapping, key: string): boolean {
  const value = entryOf(mapping, key)?.value;
  return value?.kind === 'scalar' && value.value === true;
}

/** A Dockerfile that stands in the file, and one beside it: of these the later layer's counts. */
function otherDockerfile(over: Mapping): readonly string[] {
  const has = (key: string) => entryOf(over, key) !== undefined;
  return [
    ...(has('dockerfile') ? ['dockerfile_inline'] : []),
    ...(has('dockerfile_inline') ? ['dockerfile'] : []),
  ];
}

import { didYouMean, nearest } from '../../common/nearest.ts';
import type { Path, Problem } from '../problem.ts';
import { type Entry, entryOf, type Mapping, type Node, problemOf, quote } from '../tree.ts';
import { listed } from '../wording.ts';
import { mappingUnder } from './layer-reading.ts';

/** A tree with those services only that run. */
export interface ActivePart {
  readonly root: Mapping;
  /** Names of all services, whatever their profiles. */
  readonly known: readonly string[];
  readonly problems: readonly Problem[];
  /** Profiles that are wanted, and that no service has. */
  readonly warnings: readonly Problem[];
}

/**
 * Leaves out the services of whose profiles none is active; `*` activates all. Those of services that are `named` are active,
 * too. A service that needs one of those is told; where it does not need it, the dependency is left out as well. A profile
 * that no service has is worth a warning: it is misspelt more often than not. Pure.
 */
export function activePart(root: Mapping, given: readonly string[], named: readonly string[]): ActivePart {
  const services = mappingUnder(root, 'services');
  if (services === undefined) return { root, known: [], problems: [], warnings: [] };
  const known = services.entries.map(({ key }) => key).filter((key) => !key.startsWith('x-'));
  const warnings = unknownProfiles(services, given);
  const theirs = services.entries.filter(({ key }) => named.includes(key));
  const profiles = [...given, ...theirs.flatMap(({ value }) => profilesOf(value))];
  const inactive = new Map<string, readonly string[]>();
  for (const { key, value } of services.entries) {
    const own = profilesOf(value);
    const isActive =
      own.length === 0 || profiles.includes('*') || own.some((name) => profiles.includes(name));
    if (!isActive) inactive.set(key, own);
  }
  if (inactive.size === 0) return { root, known, problems: [], warnings };
  const problems: Problem[] = [];
  const active = services.entries
    .filter(({ key }) => !inactive.has(key))
    .map((entry) => {
      const part = withoutDependencies(entry, inactive, profiles);
      problems.push(...part.problems);
      return part.entry;
    });
  if (active.every(({ key }) => key.startsWith('x-')))
    problems.push(nothingActive(services, [...inactive.values()].flat(), profiles));
  const entries = root.entries.map((entry) =>
    entry.value === services ? { ...entry, value: { ...services, entries: active } } : entry,
  );
  return { root: { ...root, entries }, known, problems, warnings };
}

function profilesOf(service: Node): readonly string[] {
  const value = service.kind === 'mapping' ? entryOf(service, 'profiles')?.value : undefined;
  // Nobody knows them, and it is told why.
  if (value?.kind !== 'sequence' || value.items.some(isUnresolved)) return [];
  return value.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}

function isUnresolved(node: Node): boolean {
  return node.kind === 'scalar' && node.unresolved === true;
}

function unknownProfiles(services: Mapping, wanted: readonly string[]): readonly Problem[] {
  const known = [...new Set(services.entries.flatMap(({ value }) => profilesOf(value)))];
  const unknown = [...new Set(wanted)].filter((name) => name !== '*' && !known.includes(name));
  return unknown.map((name) => {
    const there = known.length === 0 ? 'no service has any' : `there is ${listed(known, 'and')}`;
    return problemOf(services, ['services'], {
      code: 'unknown-profile',
      message: `no service has the profile ${quote(name)}`,
      hint: didYouMean(...nearest(name, known)) ?? there,
    });
  });
}

function withoutDependencies(
  service: Entry,
  inactive: ReadonlyMap<string, readonly string[]>,
  wanted: readonly string[],
) {
  const problems: Problem[] = [];
  const { value } = service;
  const dependencies = value.kind === 'mapping' ? entryOf(value, 'depends_on') : undefined;
  if (value.kind !== 'mapping' || dependencies === undefined) return { entry: service, problems };
  const path: Path = ['services', service.key, 'depends_on'];
  const told = (name: string, node: Node, step: string | number, span = node.mark) => {
    const profiles = inactive.get(name) ?? [];
    const [near] = wanted.flatMap((one) => nearest(one, profiles));
    const facts = {
      code: 'inactive-dependency',
      message: `service ${quote(service.key)} depends on ${quote(name)}, which only runs with the profile ${listed(profiles, 'or')}`,
      hint: `add \`--profile ${near ?? profiles[0]}\`, or give both the same profiles`,
    };
    problems.push(problemOf(node, [...path, step], facts, span));
  };
  const node = dependencies.value;
  const kept = (): Node => {
    if (node.kind === 'sequence') {
      const items = node.items.filter((item, index) => {
        const isInactive = item.kind === 'scalar' && inactive.has(item.text);
        if (isInactive) told(item.text, item, index);
        return !isInactive;
      });
      return { ...node, items };
    }
    if (node.kind !== 'mapping') return node;
    const entries = node.entries.filter(({ key, value: settings, keySpan }) => {
      if (!inactive.has(key)) return true;
      if (isRequired(settings)) told(key, settings, key, keySpan);
      return false;
    });
    return { ...node, entries };
  };
  const own = value.entries.map((entry) => (entry === dependencies ? { ...entry, value: kept() } : entry));
  return { entry: { ...service, value: { ...value, entries: own } }, problems };
}

function isRequired(settings: Node): boolean {
  const value = settings.kind === 'mapping' ? entryOf(settings, 'required')?.value : undefined;
  return !(value?.kind === 'scalar' && value.value === false);
}

function nothingActive(services: Mapping, known: readonly string[], wanted: readonly string[]): Problem {
  const names = [...new Set(known)];
  const [near] = wanted.flatMap((name) => nearest(name, names)).slice(0, 1);
  return problemOf(services, ['services'], {
    code: 'no-services',
    message:
      wanted.length === 0
        ? 'every service has a profile, and none is active'
        : `no service has the profile ${listed(wanted, 'or')}`,
    hint: `add \`--profile ${near ?? names[0]}\`; there is ${listed(names, 'and')}`,
  });
}

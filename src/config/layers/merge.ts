import type { Path } from '../problem.ts';
import { schemaAt, typesOf } from '../schema.ts';
import { type Entry, entryOf, type Mapping, type Node, type Sequence } from '../tree.ts';
import { type MergeKind, mergeKindAt } from './merge-kinds.ts';

/**
 * A layer over an earlier one, as Compose does it: mappings merge by key, lists follow one another, single values are
 * replaced, and what `mergeKindAt` says otherwise. `!reset` and an empty value take the earlier one away, `!override`
 * takes its place whole. Every value keeps the place it came from. Pure.
 */
export function mergeLayers(base: Mapping | undefined, over: Mapping, path: Path = []): Mapping {
  if (over.tag === 'reset') return { ...withoutTags(over), entries: [] };
  if (base === undefined) return withoutTags(over);
  return over.tag === 'override' ? replacing(base, withoutTags(over)) : mergeMappings(base, over, path);
}

function mergeMappings(base: Mapping, over: Mapping, path: Path): Mapping {
  const entries = new Map(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const earlier = entries.get(entry.key);
    const value = mergeValues(earlier?.value, entry.value, [...path, entry.key]);
    if (value === undefined) entries.delete(entry.key);
    // Where a mapping began is where it is spoken of; a single value belongs to the layer that wins.
    else entries.set(entry.key, placed(value, entry, earlier));
  }
  return { ...base, entries: [...entries.values()] };
}

function placed(value: Node, over: Entry, earlier: Entry | undefined): Entry {
  const isEarlier = earlier !== undefined && value.span.source === earlier.value.span.source;
  return { ...(isEarlier ? earlier : over), value };
}

/** What two layers say of one key; undefined when nothing remains. */
function mergeValues(base: Node | undefined, over: Node, path: Path): Node | undefined {
  if (over.tag === 'reset') return undefined;
  if (isNothing(over)) {
    if (!isNothingAllowed(path)) return undefined;
    if (base?.kind === 'mapping') return base;
  }
  if (base === undefined) return withoutTags(over);
  if (over.tag === 'override') return replacing(base, withoutTags(over));
  const kind = mergeKindAt(path);
  if (kind.isWhole === true) return replacing(base, withoutTags(over));
  const [one, other] = kind.unified?.(base, over) ?? [base, over];
  if (one.kind === 'mapping' && other.kind === 'mapping') {
    const without = kind.withdrawn?.(other) ?? [];
    const kept = { ...one, entries: one.entries.filter(({ key }) => !without.includes(key)) };
    return mergeMappings(kept, other, path);
  }
  if (one.kind === 'sequence' && other.kind === 'sequence') return mergeLists(one, other, kind, path);
  return replacing(base, withoutTags(over));
}

/** One list behind the other; an item whose identity is there already takes the place of that one. */
function mergeLists(base: Sequence, over: Sequence, kind: MergeKind, path: Path): Sequence {
  const items = [...base.items];
  const places = new Map<string, number>();
  const identityOf = (item: Node) => kind.identity?.(item);
  for (const [index, item] of items.entries()) {
    const identity = identityOf(item);
    if (identity !== undefined && !places.has(identity)) places.set(identity, index);
  }
  for (const item of over.items) {
    if (item.tag === 'reset') continue;
    const identity = identityOf(item);
    const place = identity === undefined ? undefined : places.get(identity);
    const earlier = place === undefined ? undefined : items[place];
    if (place === undefined || earlier === undefined) {
      if (identity !== undefined) places.set(identity, items.length);
      items.push(withoutTags(item));
    } else if (kind.areItemsMerged === true && earlier.kind === 'mapping' && item.kind === 'mapping') {
      items[place] = mergeLayers(earlier, item, [...path, place]);
    } else {
      items[place] = replacing(earlier, withoutTags(item));
    }
  }
  return { ...base, items };
}

function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.unresolved !== true && node.tag === undefined;
}

/** Whether nothing is a value of its own there, such as a variable that is taken from outside. */
function isNothingAllowed(path: Path): boolean {
  return typesOf(schemaAt(path)).includes('null');
}

function replacing<Kind extends Node>(base: Node, over: Kind): Kind {
  return { ...over, replaced: [...(over.replaced ?? []), base, ...(base.replaced ?? [])] };
}

/** The tree without tags, and without what `!reset` takes away: as it is where there is no earlier layer. */
export function withoutTags<Kind extends Node>(node: Kind): Kind;
export function withoutTags(node: Node): Node {
  if ((node.kind === 'scalar' && node.tag === undefined) || untagged.has(node)) return node;
  const bare = bareOf(node);
  untagged.add(bare);
  return bare;
}

/** Trees that are known to hold no tags: what many services extend is looked through once. */
const untagged = new WeakSet<Node>();

function bareOf(node: Node): Node {
  const own = node.tag === undefined ? node : bareTop(node);
  switch (own.kind) {
    case 'scalar':
      return own;
    case 'sequence': {
      const kept = own.items.filter((item) => item.tag !== 'reset');
      const items = kept.map((item) => withoutTags(item));
      return isSame(items, own.items) ? own : { ...own, items };
    }
    case 'mapping': {
      const kept = own.entries.filter(({ value }) => value.tag !== 'reset');
      const entries = kept.map((entry) => {
        const value = withoutTags(entry.value);
        return value === entry.value ? entry : { ...entry, value };
      });
      return isSame(entries, own.entries) ? own : { ...own, entries };
    }
  }
}

function bareTop({ tag, ...rest }: Node): Node {
  return rest;
}

function isSame<Item>(some: readonly Item[], others: readonly Item[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

/** A mapping without one of its keys. */
export function without(mapping: Mapping, key: string): Mapping {
  if (entryOf(mapping, key) === undefined) return mapping;
  return { ...mapping, entries: mapping.entries.filter((entry) => entry.key !== key) };
}

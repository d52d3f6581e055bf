import { isFreeKey, type SchemaNode, schema, schemaUnder } from './schema.ts';
import { type Entry, entryOf, type Mapping, type Node } from './tree.ts';

/** Keys whose empty text says nothing, as for Compose. */
const EMPTY_IS_NOTHING =
  'image command user platform working_dir restart hostname domainname pull_policy stop_signal container_name'.split(
    ' ',
  );

/** Keys with nothing behind them that say nothing, as for Compose. */
const NULL_IS_NOTHING = ['command', 'entrypoint'];

/**
 * A tree without the keys that say nothing, as if they were not there: those whose variables leave them empty, and those
 * that Compose takes so. Until layers are merged they count, for they take an earlier layer's value away.
 */
export function withoutNothing(root: Node): Node {
  return walk(root, schema);
}

function walk(node: Node, under: SchemaNode | undefined): Node {
  if (under === undefined || node.kind === 'scalar') return node;
  if (node.kind === 'sequence') {
    const items = node.items.map((item, index) => walk(item, schemaUnder(under, index)));
    return isSame(items, node.items) ? node : { ...node, items };
  }
  const entries: Entry[] = [];
  for (const entry of node.entries) {
    if (!isFreeKey(under, entry.key) && saysNothing(entry, node, under)) continue;
    const isWhole = entry.value.kind === 'scalar' || isFreeKey(under, entry.key);
    const value = isWhole ? entry.value : walk(entry.value, schemaUnder(under, entry.key));
    entries.push(value === entry.value ? entry : { ...entry, value });
  }
  return isSame(entries, node.entries) ? node : { ...node, entries };
}

function saysNothing({ key, value }: Entry, mapping: Mapping, under: SchemaNode): boolean {
  if (value.kind !== 'scalar' || value.unresolved === true) return false;
  if (value.value === null && NULL_IS_NOTHING.includes(key) && under.title === 'service') return true;
  if (value.value !== '') return false;
  if (under.properties?.[key] === undefined || under.required?.includes(key)) return false;
  // An image that is missing for want of a variable is told as that.
  if (key === 'image' && entryOf(mapping, 'build') === undefined) return false;
  return value.template !== undefined || EMPTY_IS_NOTHING.includes(key);
}

function isSame<Item>(some: readonly Item[], others: readonly Item[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

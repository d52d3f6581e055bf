import type { Mistake } from './common-mistakes.ts';
import type { Path } from './problem.ts';
import { isFreeKey, type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import { type Entry, type Mapping, problemOf, quote } from './tree.ts';
import { subject } from './wording.ts';

/** Keys that stand beside the key they belong to, at its indentation: that one is empty, and they are unknown there. */
export function keysBesideOwner(mapping: Mapping, under: SchemaNode, path: Path): readonly Mistake[] {
  if (path.join('.') === 'services') return keysBesideService(mapping, path);
  const owners: Owner[] = [];
  /** Those that the next key may belong to; the last one is the innermost. */
  let open: Owner[] = [];
  for (const entry of mapping.entries) {
    const isOwn = schemaUnder(under, entry.key) !== undefined || isFreeKey(under, entry.key);
    const owner = isOwn ? undefined : open.findLast((one) => schemaUnder(one.under, entry.key) !== undefined);
    owner?.strays.push(entry);
    if (owner !== undefined && owner.strays.length === 1) owners.push(owner);
    const inner = schemaUnder(owner?.under ?? under, entry.key);
    if (owner === undefined) open = [];
    if (inner !== undefined && isEmpty(entry) && typesOf(inner).includes('object'))
      open.push({ entry, under: inner, strays: [] });
  }
  return owners.map(({ entry, strays }) => beside(mapping, entry, strays, path));
}

/** A key without value, and the keys behind it that it would know. */
interface Owner {
  readonly entry: Entry;
  readonly under: SchemaNode;
  readonly strays: Entry[];
}

/** Keys of a service at the indentation of its name, which is empty then, or has its other keys. */
function keysBesideService(services: Mapping, path: Path): readonly Mistake[] {
  const known = Object.keys(schema.definitions?.service?.properties ?? {});
  const strays = services.entries.filter((entry) => known.includes(entry.key) && !isService(entry));
  const [first] = strays;
  const owner = first && services.entries[services.entries.indexOf(first) - 1];
  if (owner === undefined || known.includes(owner.key)) return [];
  return isEmpty(owner) || owner.value.kind === 'mapping' ? [beside(services, owner, strays, path)] : [];
}

function beside(mapping: Mapping, owner: Entry, strays: readonly Entry[], path: Path): Mistake {
  const first = strays[0] ?? owner;
  const whose = subject([...path, owner.key]);
  const problem = problemOf(
    mapping,
    [...path, first.key],
    {
      code: 'wrong-indentation',
      message: `${quote(first.key)} stands beside ${whose}, not in it`,
      hint: `indent ${strays.map((entry) => quote(entry.key)).join(', ')} deeper than ${quote(owner.key)}`,
    },
    first.keySpan,
  );
  const explained = isEmpty(owner) ? [owner, ...strays] : strays;
  return { problem, explains: explained.map((entry) => [...path, entry.key]) };
}

function isEmpty({ value }: Entry): boolean {
  return value.kind === 'scalar' && value.value === null && value.unresolved !== true;
}

/** A service may be called as one of its keys is, and say in a layer of its file only some of what it is. */
function isService({ value }: Entry): boolean {
  if (value.kind !== 'mapping' || value.entries.length === 0) return false;
  return value.entries.every((entry) => schemaUnder(schema.definitions?.service, entry.key) !== undefined);
}

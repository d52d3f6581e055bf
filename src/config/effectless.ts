import type { Path, Problem } from './problem.ts';
import { type SchemaNode, schema, schemaUnder } from './schema.ts';
import { type Entry, type Node, problemOf, quote } from './tree.ts';

/** Title of the schemas of keys that are allowed and change nothing; their description says why. */
const NO_EFFECT = 'no effect';

/** Code of the notes about them. */
export const NO_EFFECT_CODE = 'no-effect';

/** Whether a warning says only that something has no effect. */
export function isNote({ code }: Problem): boolean {
  return code === NO_EFFECT_CODE;
}

/** Whether a key is allowed and changes nothing. */
export function isEffectless(under: SchemaNode | undefined): boolean {
  return under?.title === NO_EFFECT;
}

/** Takes out the keys that change nothing here, whatever stands behind them, and notes each kind of them once. */
export class Effectless {
  /** For each kind of key its first place, and all its places in the files. */
  readonly #found = new Map<
    SchemaNode,
    { readonly entry: Entry; readonly path: Path; readonly places: Set<string> }
  >();

  /** A note for each kind of key that was taken out until now, at its first place. */
  get notes(): readonly Problem[] {
    return [...this.#found].map(([{ description = '' }, { entry, path, places }]) => {
      const facts = noEffect(entry.key, reasonIn(description), places.size);
      return problemOf(entry.value, path, facts, entry.keySpan);
    });
  }

  /** A tree without them. */
  takenOutOf(root: Node): Node {
    return this.#walk(root, schema, []);
  }

  #walk(node: Node, under: SchemaNode | undefined, path: Path): Node {
    if (under === undefined || node.kind === 'scalar') return node;
    if (node.kind === 'sequence') {
      const items = node.items.map((item, index) =>
        this.#walk(item, schemaUnder(under, index), [...path, index]),
      );
      return isSame(items, node.items) ? node : { ...node, items };
    }
    const entries: Entry[] = [];
    for (const entry of node.entries) {
      const below = schemaUnder(under, entry.key);
      if (below !== undefined && isEffectless(below)) this.#note(below, entry, [...path, entry.key]);
      else if (entry.value.kind === 'scalar') entries.push(entry);
      else {
        const value = this.#walk(entry.value, below, [...path, entry.key]);
        entries.push(value === entry.value ? entry : { ...entry, value });
      }
    }
    return isSame(entries, node.entries) ? node : { ...node, entries };
  }

  /** Services that are extended are seen more than once. */
  #note(kind: SchemaNode, entry: Entry, path: Path): void {
    const { source, start } = entry.keySpan;
    const place = `${source.file}:${start}`;
    const known = this.#found.get(kind);
    if (known === undefined) this.#found.set(kind, { entry, path, places: new Set([place]) });
    else known.places.add(place);
  }
}

/** What is said about something that changes nothing. `times` is in how many places it stands. */
export function noEffect(key: string, reason: string, times = 1) {
  const places = times > 1 ? ` (in ${times} places)` : '';
  const what = key === 'container_name' ? 'does not name the container here' : 'has no effect here';
  return { code: NO_EFFECT_CODE, message: `${quote(key)} ${what}${places}`, hint: reason };
}

/** The reason out of `No effect here: REASON.` */
function reasonIn(description: string): string {
  return description.replace(/^No effect here: /, '').replace(/\.$/, '');
}

function isSame<Item>(left: readonly Item[], right: readonly Item[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

import { type Path, type Problem, type ProblemFacts, problemAt } from './problem.ts';
import { type Span, spanText } from './source.ts';

/** A parsed value that knows where it stands. Aliases and merge keys are resolved; only the tags of layers are kept. */
export type Node = Scalar | Mapping | Sequence;

interface Located {
  /** The whole value in the file. */
  readonly span: Span;
  /** What to underline when something is wrong with it: itself, or its key when it is empty or of several lines. */
  readonly mark: Span;
  /** The alias through which the value is used here; absent when it is used where it stands. */
  readonly via?: Span;
  /** Compose's tag before it, which says how it meets the value of an earlier layer; absent in merged trees. */
  readonly tag?: LayerTag;
  /** Values of earlier layers that it took the place of, the nearest layer first; absent when there are none. */
  readonly replaced?: readonly Node[];
}

/** `!reset`: the earlier value goes, and nothing comes; `!override`: this one takes its place whole. */
export type LayerTag = 'reset' | 'override';

/** A single value. */
export interface Scalar extends Located {
  readonly kind: 'scalar';
  /** After interpolation. */
  readonly value: string | number | boolean | null;
  /** The value as a string: numbers and booleans as they are spelled, so that `1.10` stays `1.10`; empty for null. */
  readonly text: string;
  /** Whether it is quoted or a block, and therefore surely meant as a string. */
  readonly quoted: boolean;
  /** The string before interpolation; absent when it has no variables. */
  readonly template?: string;
  /** Present when its variables could not be resolved: the value is unknown and must not be judged. */
  readonly unresolved?: true;
}

/** A mapping with its entries in the order of the file; keys are unique. */
export interface Mapping extends Located {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
}

/** A key and its value. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

/** A list. */
export interface Sequence extends Located {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

/** The entry of a key, or undefined. */
export function entryOf(mapping: Mapping, key: string): Entry | undefined {
  return mapping.entries.find((entry) => entry.key === key);
}

/** The node and, when it is a mapping's value, the entry at a path; undefined when the path leads nowhere. */
export function nodeAt(root: Node, path: Path): { node: Node; entry: Entry | undefined } | undefined {
  let node: Node = root;
  let entry: Entry | undefined;
  for (const step of path) {
    entry = node.kind === 'mapping' ? entryOf(node, String(step)) : undefined;
    const next: Node | undefined = node.kind === 'sequence' ? node.items[Number(step)] : entry?.value;
    if (next === undefined) return undefined;
    node = next;
  }
  return { node, entry };
}

/** The bare value without places, as a validator wants it. */
export function plainValue(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping': {
      // Without a prototype each key is one of its own, `__proto__` too; and a table from the beginning, for many of them.
      const plain: Record<string, unknown> = Object.create(null);
      for (const { key, value } of node.entries) plain[key] = plainValue(value);
      return plain;
    }
  }
}

/** What a node is, in a sentence: `the number 5`, `a list`, `nothing`. */
export function describe(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'mapping' ? 'a mapping' : 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return `the string ${quote(node.value)}`;
  return typeof node.value === 'number' ? `the number ${node.text}` : node.text;
}

/** A value as it is shown within a sentence: in double quotes, escaped, cut when it is long. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
}

/** The problem of a node, saying what its variables became and through which alias it is used. */
export function problemOf(node: Node, path: Path, facts: ProblemFacts, span: Span = node.mark): Problem {
  const became =
    node.kind === 'scalar' && node.template !== undefined ? `this became ${quote(node.text)}` : undefined;
  const label = [facts.label, became].filter((text) => text !== undefined).join('; ');
  const related = [...(facts.related ?? [])];
  if (node.via !== undefined) related.push({ span: node.via, label: 'used here' });
  return problemAt(span, path, { ...facts, label: label === '' ? undefined : label, related });
}

/**
 * The place of a part of a scalar, given as offsets into its `text` (or into its `template` while that is being
 * interpolated); the whole token when the part has no place of its own, as behind a variable.
 */
export function partOf(scalar: Scalar, from: number, to: number, within = scalar.text): Span {
  const original = scalar.template ?? scalar.text;
  // Text and template agree up to the first variable.
  if (within !== original && within.slice(0, to) !== original.slice(0, to)) return scalar.mark;
  const token = spanText(scalar.span);
  const opening = scalar.quoted ? 1 : 0;
  if (token.startsWith(original, opening)) return shifted(scalar.span, opening + from, opening + to);
  // Escapes, folding or indentation lie between: the part is found by what it reads, counting equal ones before it.
  const part = original.slice(from, to);
  if (part === '') return scalar.mark;
  // The first line of a block holds its header, which may look like a part of the text.
  let at = token.indexOf(part, /^[|>]/.test(token) ? token.indexOf('\n') : 0);
  for (let seen = original.indexOf(part); at >= 0 && seen >= 0 && seen < from; ) {
    at = token.indexOf(part, at + 1);
    seen = original.indexOf(part, seen + 1);
  }
  return at < 0 ? scalar.mark : shifted(scalar.span, at, at + part.length);
}

function shifted(span: Span, from: number, to: number): Span {
  return { source: span.source, start: span.start + from, end: span.start + to };
}

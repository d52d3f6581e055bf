import type { Span } from '../source.ts';
import { type Entry, type Mapping, type Node, partOf, type Scalar, type Sequence } from '../tree.ts';

/** Brings the values of two layers into one form; values that fit no form of the key stay as they are. */
export type Unified = (base: Node, over: Node) => readonly [Node, Node];

/** `NAME=value` in a list beside `NAME: value`: all as a mapping. Two lists stay lists. */
export const assignmentsAlike: Unified = (base, over) => {
  if (base.kind === over.kind) return [base, over];
  return [assigned(base), assigned(over)];
};

/** Hosts as a list, since each may have several addresses. */
export const hostsAlike: Unified = (base, over) => [hostList(base), hostList(over)];

/** One value beside a list: a list of one. */
export const listsAlike: Unified = (base, over) => [listOf(base), listOf(over)];

/** A list of names beside a mapping with more about them: all as a mapping. Two lists stay lists. */
export const namesAlike: Unified = (base, over) => {
  if (base.kind === over.kind) return [base, over];
  return [named(base, nothingAt), named(over, nothingAt)];
};

/** The same for what starts before a service: one that is only named has to be started, and no more. */
export const dependenciesAlike: Unified = (base, over) => {
  if (base.kind === over.kind) return [base, over];
  return [named(base, started), named(over, started)];
};

/** The directory alone is the short form of a build. */
export const contextAlike: Unified = (base, over) => [withContext(base), withContext(over)];

function assigned(node: Node): Node {
  if (node.kind !== 'sequence') return node;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    // What is no text is a mistake, which is told of its own layer.
    if (item.kind !== 'scalar') continue;
    const { text } = item;
    const equals = text.indexOf('=');
    const end = equals < 0 ? text.length : equals;
    const value = equals < 0 ? nothingAt(item) : part(item, equals + 1);
    const key = text.slice(0, end);
    entries.set(key, { key, keySpan: end === 0 ? item.mark : partOf(item, 0, end), value });
  }
  return asMapping(node, [...entries.values()]);
}

function hostList(node: Node): Node {
  if (node.kind !== 'mapping') return node;
  const items = node.entries.flatMap(({ key, value }) => {
    const addresses = value.kind === 'sequence' ? value.items : [value];
    return addresses.flatMap((address) => (address.kind === 'scalar' ? [hostOf(key, address)] : []));
  });
  const { span, mark } = node;
  return { kind: 'sequence', items, span, mark } satisfies Sequence;
}

function hostOf(name: string, address: Scalar): Scalar {
  const { template } = address;
  const whole = template === undefined ? {} : { template: `${name}=${template}` };
  return { ...address, ...word(`${name}=${address.text}`), ...whole };
}

function listOf(node: Node): Node {
  if (node.kind === 'sequence') return node;
  const { span, mark } = node;
  return { kind: 'sequence', items: [node], span, mark } satisfies Sequence;
}

function named(node: Node, settings: (item: Scalar) => Node): Node {
  if (node.kind !== 'sequence') return node;
  const entries = node.items.flatMap((item) =>
    item.kind === 'scalar' ? [{ key: item.text, keySpan: item.mark, value: settings(item) }] : [],
  );
  return asMapping(node, entries);
}

function started({ span, mark }: Scalar): Mapping {
  const entry = (key: string, value: string | boolean): Entry => {
    const facts = { value, text: String(value), quoted: false };
    return { key, keySpan: mark, value: { kind: 'scalar', ...facts, span, mark } };
  };
  const entries = [entry('condition', 'service_started'), entry('required', true)];
  return { kind: 'mapping', entries, span, mark };
}

function withContext(node: Node): Node {
  if (node.kind !== 'scalar' || node.value === null) return node;
  return { kind: 'mapping', span: node.span, mark: node.mark, entries: [contextEntry(node)] };
}

function contextEntry(context: Scalar): Entry {
  return { key: 'context', keySpan: context.mark, value: context };
}

function asMapping({ span, mark, via }: Sequence, entries: readonly Entry[]): Mapping {
  return { kind: 'mapping', entries, span, mark, ...(via === undefined ? {} : { via }) };
}

/** The rest of a text from an offset behind its first equals sign, as a value of its own. */
function part(scalar: Scalar, from: number): Scalar {
  const text = scalar.text.slice(from);
  const { template, ...bare } = scalar;
  const rest = template === undefined ? undefined : behindEquals(template);
  const span: Span = text === '' ? scalar.mark : partOf(scalar, from, scalar.text.length);
  return { ...bare, ...word(text), ...(rest === undefined ? {} : { template: rest }), span, mark: span };
}

/** What stands behind the first equals sign that belongs to no variable; undefined where a variable brings it along. */
function behindEquals(template: string): string | undefined {
  for (const { 0: found, index } of template.matchAll(/\$\{[^}]*\}|=/g))
    if (found === '=') return template.slice(index + 1);
  return undefined;
}

function nothingAt({ span, mark, unresolved }: Scalar): Scalar {
  const known = unresolved === undefined ? {} : { unresolved };
  return { kind: 'scalar', value: null, text: '', quoted: false, ...known, span, mark };
}

function word(text: string) {
  return { value: text, text, quoted: true };
}

import { type Alias, isAlias, isMap, isSeq, type ParsedNode } from 'yaml';

/** The aliases of a document. */
export interface Aliases {
  /** What each alias means; one without anchor is missing. */
  readonly targets: ReadonlyMap<Alias.Parsed, ParsedNode>;
  /** Names of all anchors. */
  readonly anchors: ReadonlySet<string>;
}

/** Finds what the aliases of a document with this text mean: the last node with their anchor before them. */
export function resolveAliases(contents: ParsedNode, text: string): Aliases {
  const targets = new Map<Alias.Parsed, ParsedNode>();
  const current = new Map<string, ParsedNode>();
  // Most files have none, and a walk over all of their values is worth sparing.
  if (!text.includes('&')) return { targets, anchors: new Set() };
  for (const node of inOrder(contents)) {
    if (isAlias(node)) {
      const target = current.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (node.anchor !== undefined) {
      current.set(node.anchor, node);
    }
  }
  return { targets, anchors: new Set(current.keys()) };
}

function* inOrder(node: ParsedNode): Generator<ParsedNode> {
  yield node;
  if (isMap(node)) {
    for (const pair of node.items) {
      yield* inOrder(pair.key);
      if (pair.value !== null) yield* inOrder(pair.value);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) yield* inOrder(item);
  }
}

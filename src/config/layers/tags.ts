import { isAlias, isScalar, type ParsedNode, parseDocument, type Scalar } from 'yaml';
import type { LayerTag } from '../tree.ts';

/** Compose's tag of layers before a value; undefined when there is none, or another. */
export function layerTag(node: ParsedNode): LayerTag | undefined {
  if (isAlias(node)) return undefined;
  return node.tag === '!reset' ? 'reset' : node.tag === '!override' ? 'override' : undefined;
}

/** The value as it would be without its tag, which keeps the parser from telling numbers from text. */
export function untagged(node: Scalar.Parsed) {
  if (node.type !== 'PLAIN' || node.source === undefined) return node;
  const value = parseDocument(node.source, { version: '1.2', logLevel: 'silent' }).contents;
  return isScalar(value) ? { value: value.value, source: node.source, type: node.type } : node;
}

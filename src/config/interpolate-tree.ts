import { hasVariables, interpolate, type Room } from './interpolate.ts';
import type { Path, Problem } from './problem.ts';
import { isFreeKey, type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import type { Node, Scalar } from './tree.ts';
import { type FailedVariable, variableProblems } from './variable-problems.ts';
import type { Variables } from './variables.ts';

/**
 * Replaces the variables of every value the schema knows, and then casts the values of typed keys: `published:
 * ${PORT}` is a number. Keys are never interpolated; `x-…` content only where an alias uses it.
 * `room` is what all values of the loading share.
 */
export function interpolateTree(
  root: Node,
  variables: Variables,
  room?: Room,
): { root: Node; problems: readonly Problem[] } {
  const failed: FailedVariable[] = [];

  function walk(node: Node, under: SchemaNode | undefined, path: Path): Node {
    if (under === undefined) return node;
    switch (node.kind) {
      case 'scalar':
        return replaced(node, under, path);
      case 'sequence': {
        const items = node.items.map((item, index) =>
          walk(item, schemaUnder(under, index), [...path, index]),
        );
        return { ...node, items };
      }
      case 'mapping': {
        const entries = node.entries.map((entry) => {
          if (isFreeKey(under, entry.key)) return entry;
          return { ...entry, value: walk(entry.value, schemaUnder(under, entry.key), [...path, entry.key]) };
        });
        return { ...node, entries };
      }
    }
  }

  function replaced(scalar: Scalar, under: SchemaNode, path: Path): Scalar {
    if (typeof scalar.value !== 'string' || !hasVariables(scalar.value)) return scalar;
    const { text, failures } = interpolate(scalar.value, variables.get, room);
    if (failures.length > 0) {
      failed.push(...failures.map((failure) => ({ scalar, path, failure })));
      return { ...scalar, unresolved: true };
    }
    return { ...scalar, template: scalar.text, text, value: cast(text, typesOf(under)) };
  }

  const result = walk(root, schema, []);
  return { root: result, problems: variableProblems(failed, variables, '$$ is a plain dollar sign') };
}

function cast(text: string, types: readonly string[]): string | number | boolean {
  if (types.length === 0 || types.includes('string')) return text;
  if (types.includes('integer') && /^[-+]?\d+$/.test(text)) return Number(text);
  if (types.includes('number') && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (types.includes('boolean') && /^(true|yes|on|y)$/i.test(text)) return true;
  if (types.includes('boolean') && /^(false|no|off|n)$/i.test(text)) return false;
  return text;
}

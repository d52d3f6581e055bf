import { hasVariables, interpolate, type Room } from './interpolate.ts';
import type { Path, Problem } from './problem.ts';
import { isFreeKey, type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import type { Node, Scalar } from './tree.ts';
import { type FailedVariable, variableProblems } from './variable-problems.ts';
import type { Variables } from './variables.ts';

/**
 * Replaces the variables of every value the schema knows, and then casts the values of typed keys: `published:
 * ${PORT}` is a number. Keys are never interpolated; `x-…` content only where an alias uses it.
 * `room` is what all values of the loading share. Where a variable that is not set may be `empty`, it is a warning.
 */
export function interpolateTree(
  root: Node,
  variables: Variables,
  room?: Room,
  unset: 'refused' | 'empty' = 'refused',
): { root: Node; problems: readonly Problem[]; warnings: readonly Problem[] } {
  const failed: FailedVariable[] = [];
  const passed: FailedVariable[] = [];

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
    const told = failures.map((failure) => ({ scalar, path, failure }));
    if (failures.some(({ kind }) => unset === 'refused' || kind !== 'unset')) {
      failed.push(...told);
      return { ...scalar, unresolved: true };
    }
    passed.push(...told);
    return { ...scalar, template: scalar.text, text, value: cast(text, typesOf(under)) };
  }

  const result = walk(root, schema, []);
  const plainDollar = '$$ is a plain dollar sign';
  return {
    root: result,
    problems: variableProblems(failed, variables, plainDollar),
    warnings: variableProblems(passed, variables, plainDollar).map(asEmpty),
  };
}

function asEmpty(problem: Problem): Problem {
  return { ...problem, message: `${problem.message}, and is empty, as it would be for Compose` };
}

function cast(text: string, types: readonly string[]): string | number | boolean {
  if (types.length === 0 || types.includes('string')) return text;
  if (types.includes('integer') && /^[-+]?\d+$/.test(text)) return Number(text);
  if (types.includes('number') && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (types.includes('boolean') && /^(true|yes|on|y)$/i.test(text)) return true;
  if (types.includes('boolean') && /^(false|no|off|n)$/i.test(text)) return false;
  return text;
}

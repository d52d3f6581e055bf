import { castScalar } from './cast.ts';
import { hasVariables, interpolate, type Room } from './interpolate.ts';
import type { Path, Problem } from './problem.ts';
import { isFreeKey, type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import type { Node, Scalar } from './tree.ts';
import { type FailedVariable, variableProblems } from './variable-problems.ts';
import type { Variables } from './variables.ts';

/** A file with its variables replaced. */
export interface Interpolated {
  readonly root: Node;
  readonly problems: readonly Problem[];
  /** Variables that are not set and stand for nothing: whether that is a problem, the values must tell. */
  readonly unset: readonly FailedVariable[];
}

/** How a file spells a dollar sign that begins no variable. */
export const PLAIN_DOLLAR = '$$ is a plain dollar sign';

/**
 * Replaces the variables of every value the schema knows, and then casts the values of typed keys: `published:
 * ${PORT}` is a number. Keys are never interpolated; `x-…` content only where an alias uses it.
 * `room` is what all values of the loading share. `emptiness` says what a variable that is not set is: a problem, or
 * nothing at all.
 */
export function interpolateTree(
  root: Node,
  variables: Variables,
  room?: Room,
  emptiness: 'refused' | 'empty' = 'refused',
): Interpolated {
  const failed: FailedVariable[] = [];
  const unset: FailedVariable[] = [];

  function walk(node: Node, under: SchemaNode | undefined, path: Path): Node {
    if (under === undefined) return node;
    switch (node.kind) {
      case 'scalar':
        return replaced(node, under, path);
      case 'sequence': {
        const items = node.items.map((item, index) =>
          walk(item, schemaUnder(under, index), [...path, index]),
        );
        return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
      }
      case 'mapping': {
        const entries = node.entries.map((entry) => {
          if (isFreeKey(under, entry.key)) return entry;
          const value = walk(entry.value, schemaUnder(under, entry.key), [...path, entry.key]);
          return value === entry.value ? entry : { ...entry, value };
        });
        return entries.every((entry, index) => entry === node.entries[index]) ? node : { ...node, entries };
      }
    }
  }

  function replaced(scalar: Scalar, under: SchemaNode, path: Path): Scalar {
    const types = typesOf(under);
    if (typeof scalar.value !== 'string' || !hasVariables(scalar.value)) return castScalar(scalar, types);
    const { text, failures } = interpolate(scalar.value, variables.get, room);
    const misses = failures.map((failure) => ({ scalar, path, failure }));
    if (failures.some(({ kind }) => emptiness === 'refused' || kind !== 'unset')) {
      failed.push(...misses);
      return { ...scalar, unresolved: true };
    }
    unset.push(...misses);
    return castScalar({ ...scalar, template: scalar.text, text, value: text }, types);
  }

  const result = walk(root, schema, []);
  return { root: result, problems: variableProblems(failed, variables, PLAIN_DOLLAR), unset };
}

import type { Node } from '../tree.ts';

/** Several files together hold no more values than this, or their aliases multiply each other. */
export const MAX_VALUES = 200_000;

/** What services take over from others comes to no more values than this, or they multiply each other. */
export const MAX_EXTENDED_VALUES = 200_000;

const sizes = new WeakMap<Node, number>();

/** How many values a tree has, itself included; each tree is counted once. */
export function sizeOf(node: Node): number {
  if (node.kind === 'scalar') return 1;
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const under = node.kind === 'mapping' ? node.entries.map(({ value }) => value) : node.items;
  const size = under.reduce((sum, one) => sum + sizeOf(one), 1);
  sizes.set(node, size);
  return size;
}

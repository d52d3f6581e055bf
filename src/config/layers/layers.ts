import { dirname } from 'node:path';
import { type Manners, mannersOf } from '../manners.ts';
import type { Node } from '../tree.ts';
import { Extending, hasExtends } from './extends.ts';
import { baseWithIncludes } from './include.ts';
import type { LayerReading, Origin } from './layer-reading.ts';
import { mergeLayers, without } from './merge.ts';

/** A file that is to be merged with others. */
export interface LayerFile {
  /** Absolute path. */
  readonly path: string;
  /** Whether it may hold nothing: one of which there need not be any. */
  readonly emptiness: 'refused' | 'allowed';
}

/** Layers as one tree. */
export interface Layered {
  /** Undefined when no file holds anything. */
  readonly root: Node | undefined;
  /** Whether it is no more than one file says. */
  readonly isOneFile: boolean;
}

/**
 * Reads files and merges them, later ones over earlier ones, each with what it includes and what its services extend.
 * Files that are not there are passed over, and so are those whose problems, which are noted, leave nothing.
 * Errors: those of `TextFiles.read`.
 */
export async function readLayers(
  files: readonly LayerFile[],
  from: Origin,
  reading: LayerReading,
): Promise<Layered> {
  let merged: Node | undefined;
  let isOneFile = files.length === 1;
  for (const { path, emptiness } of files) {
    const manners = mannersOf(path, from.manners);
    const origin = { ...from, manners, directory: from.directory ?? composeDirectory(files, manners, from) };
    const parsed = await reading.parse(path, origin, emptiness);
    if (parsed === undefined) continue;
    const tree = reading.interpolated(parsed.root, origin);
    // What is no mapping is told of its own layer.
    if (tree.kind !== 'mapping') {
      merged ??= tree;
      continue;
    }
    const earlier = merged?.kind === 'mapping' ? merged : undefined;
    const base = await baseWithIncludes(earlier, tree, { path, origin, reading, readLayers });
    if (base !== earlier || hasExtends(tree)) isOneFile = false;
    const scope = { file: path, tree, earlier: base, origin };
    const own = without(tree, 'include');
    merged = hasExtends(tree)
      ? await new Extending(reading).merged(base, own, scope)
      : mergeLayers(base, own);
    if (own !== tree) isOneFile = false;
  }
  return { root: merged, isOneFile };
}

/** Paths of a Compose file that lies over another one begin beside that one, as with Compose. */
function composeDirectory(files: readonly LayerFile[], manners: Manners, from: Origin): string | undefined {
  const [first] = files;
  if (first === undefined || manners !== 'compose') return undefined;
  return mannersOf(first.path, from.manners) === 'compose' ? dirname(first.path) : undefined;
}

import type { Path } from './problem.ts';
import type { SchemaNode } from './schema.ts';
import { quote } from './tree.ts';
import { yamlText } from './yaml-text.ts';

/** How a sentence calls the value at a path: `"image"`, `item 2 of "ports"`, `service "app"`, `the file`. */
export function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last === 'number') return `item ${last + 1} of ${subject(path.slice(0, -1))}`;
  if (path.length === 2 && path[0] === 'services') return `service ${quote(last)}`;
  if (path.length === 4 && path[2] === 'environment') return `the variable ${quote(last)}`;
  return quote(last);
}

/** A sentence that shows how the value at a path may look; undefined when the schema has no example of it. */
export function yamlExample(
  path: Path,
  under: SchemaNode | undefined,
  opening = 'for example',
): string | undefined {
  const example = under?.examples?.[0];
  if (example === undefined) return undefined;
  return `${opening} \`${keyed(path, yamlText(example))}\``;
}

/** A value behind its key; an item of a list or a whole file has none. */
export function keyed(path: Path, text: string): string {
  const last = path.at(-1);
  if (last === undefined) return text.replace(/^\{(.*)\}$/, '$1');
  return typeof last === 'number' ? text : `${last}: ${text}`;
}

import type { Path } from './problem.ts';
import type { SchemaNode } from './schema.ts';
import { quote } from './tree.ts';
import { yamlText } from './yaml-text.ts';

/** How a sentence calls the value at a path: `"image"`, `item 2 of "ports"`, `service "app"`, `the file`. */
export function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last === 'number') return `item ${last + 1} of ${subject(path.slice(0, -1))}`;
  const noun = nounOf(path);
  return noun === undefined ? quote(last) : `${noun} ${quote(last)}`;
}

/** Words joined as a sentence does it: `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], conjunction: 'or' | 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** What the keys of a mapping are, where they are names that the file chooses. */
function nounOf(path: Path): string | undefined {
  if (path.length === 2 && path[0] === 'services') return 'service';
  if (path.length === 2 && path[0] === 'volumes') return 'volume';
  if (path[0] !== 'services') return undefined;
  if (path.length === 5 && path[2] === 'build' && path[3] === 'args') return 'the build argument';
  if (path.length !== 4) return undefined;
  const nouns = new Map<string | number | undefined, string>([
    ['environment', 'the variable'],
    ['labels', 'the label'],
    ['depends_on', 'the dependency'],
    ['extra_hosts', 'the host'],
  ]);
  return nouns.get(path[2]);
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

import { relative } from 'node:path';
import type { Path } from './problem.ts';
import { isFreeKey, type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import { entryOf, type Node, nodeAt, type Scalar } from './tree.ts';

/**
 * What files say before their variables are replaced, as a plain value: aliases and merge keys are resolved, keys that
 * begin with `x-` are gone, and all else is as it stands there, short forms included. Relative paths are as a file in
 * `directory` would have them.
 */
export function uninterpolated(root: Node, directory: string): unknown {
  const plain = (node: Node, under: SchemaNode | undefined, path: Path): unknown => {
    switch (node.kind) {
      case 'scalar':
        return isPath(root, path) ? pathFrom(directory, node) : plainScalar(node, under);
      case 'sequence':
        return node.items.map((item, index) => plain(item, schemaUnder(under, index), [...path, index]));
      case 'mapping': {
        const own = node.entries.filter(({ key }) => under === undefined || !isFreeKey(under, key));
        return Object.fromEntries(
          own.map(({ key, value }) => [key, plain(value, schemaUnder(under, key), [...path, key])]),
        );
      }
    }
  };
  return plain(root, schema, []);
}

/** A number is a text where it may be one and is spelled otherwise than programs do, as `1.10` and `0o644` are. */
function plainScalar(scalar: Scalar, under: SchemaNode | undefined): unknown {
  const { value, text, template } = scalar;
  if (template !== undefined) return template;
  if (value === null || typeof value === 'string' || String(value) === text) return value;
  return typesOf(under).includes('string') ? text : value;
}

/** Where paths of this machine stand in a service. */
const PATHS = /^(build|build\.context|env_file(\.\d+)?(\.path)?|volumes\.\d+)$/;

function isPath(root: Node, path: Path): boolean {
  const [services, , ...steps] = path;
  if (services !== 'services' || steps.length === 0) return false;
  if (PATHS.test(steps.join('.'))) return true;
  if (steps.length !== 3 || steps[0] !== 'volumes' || steps[2] !== 'source') return false;
  const mount = nodeAt(root, path.slice(0, -1))?.node;
  const type = mount?.kind === 'mapping' ? entryOf(mount, 'type')?.value : undefined;
  return type?.kind === 'scalar' && type.text === 'bind';
}

/**
 * A path, or a mount in its short form, for a file in `directory`. What begins with a variable is judged by its value, and
 * stays as it is where there is none.
 */
function pathFrom(directory: string, scalar: Scalar): unknown {
  const { value, text, template, span } = scalar;
  const written = template ?? value;
  const way = relative(directory, span.source.directory);
  const isOfMachine = /^[^:]*$/.test(text) || text.startsWith('.');
  const isRelative = typeof written === 'string' && !/^([/~]|$)/.test(text) && isOfMachine;
  if (way === '' || !isRelative || (scalar.unresolved === true && text.startsWith('$'))) return written;
  const near = way.startsWith('..') ? way : `./${way}`;
  return `${near}/${written.replace(/^(\.\/+)+/, '')}`;
}

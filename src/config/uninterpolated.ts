import { relative } from 'node:path';
import type { Path } from './problem.ts';
import { REPOSITORY } from './read/build.ts';
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
        return isPath(root, path) || prefixAt(path, node.text) !== ''
          ? pathFrom(directory, node, prefixAt(path, node.text))
          : plainScalar(node, under);
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
const PATHS =
  /^(build|build\.(context|additional_contexts\.[^.]+)|env_file(\.\d+)?(\.path)?|label_file(\.\d+)?|volumes\.\d+)$/;

/** Texts of a service at whose end a path may stand, by what is before it. */
const PREFIXES = [
  { place: /^security_opt\.\d+$/, prefix: /^seccomp[=:](?!unconfined$|builtin$|\s*\{)/ },
  { place: /^build\.additional_contexts\.\d+$/, prefix: /^[^=]*=/ },
];

function prefixAt(path: Path, text: string): string {
  const steps = path.slice(2).join('.');
  const found = path[0] === 'services' ? PREFIXES.find(({ place }) => place.test(steps)) : undefined;
  return found?.prefix.exec(text)?.[0] ?? '';
}

function isPath(root: Node, path: Path): boolean {
  const [services, , ...steps] = path;
  if (services === 'secrets' || services === 'configs') return steps.join('.') === 'file';
  if (services !== 'services' || steps.length === 0) return false;
  if (PATHS.test(steps.join('.'))) return true;
  if (steps.length !== 3 || steps[0] !== 'volumes' || steps[2] !== 'source') return false;
  const mount = nodeAt(root, path.slice(0, -1))?.node;
  const type = mount?.kind === 'mapping' ? entryOf(mount, 'type')?.value : undefined;
  return type?.kind === 'scalar' && type.text === 'bind';
}

/**
 * A path behind its prefix, or a mount in its short form, for a file in `directory`. What begins with a variable is judged
 * by its value, and stays as it is where there is none.
 */
function pathFrom(directory: string, scalar: Scalar, prefix: string): unknown {
  const { value, template, span } = scalar;
  const whole = template ?? value;
  if (typeof whole !== 'string' || !whole.startsWith(prefix)) return whole;
  const [text, written] = [scalar.text.slice(prefix.length), whole.slice(prefix.length)];
  const way = relative(directory, span.source.directory);
  const isOfMachine = (/^[^:]*$/.test(text) && !REPOSITORY.test(text)) || text.startsWith('.');
  const isRelative = !/^([/~]|$)/.test(text) && isOfMachine;
  if (way === '' || !isRelative || (scalar.unresolved === true && text.startsWith('$'))) return whole;
  const near = way.startsWith('..') ? way : `./${way}`;
  return `${prefix}${near}/${written.replace(/^(\.\/+)+/, '')}`;
}

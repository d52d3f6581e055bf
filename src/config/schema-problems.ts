import { didYouMean, nearest } from '../common/nearest.ts';
import { isEffectless } from './effectless.ts';
import {
  type ForeignKeys,
  foreignBridgeKeys,
  foreignConnectionKeys,
  foreignMatchKeys,
  foreignPathKeys,
  foreignServiceKeys,
  foreignTopLevelKeys,
  foreignVolumeKeys,
} from './foreign-keys.ts';
import { meantOr } from './meant-or.ts';
import type { Path, Problem, ProblemFacts } from './problem.ts';
import { type SchemaNode, schema, schemaAt, schemaErrors, typesOf } from './schema.ts';
import type { SchemaError } from './schema-validator.generated.js';
import {
  describe,
  type Entry,
  entryOf,
  type Mapping,
  type Node,
  nodeAt,
  plainValue,
  problemOf,
  quote,
} from './tree.ts';
import { typeProblem } from './type-problem.ts';
import { listed, subject, yamlExample } from './wording.ts';

/** Nobody reads so many; to put a hundred thousand into words takes minutes. */
const MAX_ERRORS = 1000;

/** Everything in a file that the schema does not allow, in words. Values whose variables failed are not judged. */
export function schemaProblems(root: Node): Problem[] {
  const problems: Problem[] = [];
  for (const error of schemaErrors(plainValue(root)).slice(0, MAX_ERRORS)) {
    const path = pathOf(error.instancePath, root);
    const found = nodeAt(root, path);
    if (found === undefined || (found.node.kind === 'scalar' && found.node.unresolved)) continue;
    const problem = explain(error, found.node, found.entry, path);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Code of the problems that say what a mapping lacks. */
export const MISSING_KEY = 'missing-key';

/** Code of the problems that say only that a text has not the right form. */
export const BAD_FORMAT = 'bad-format';

function explain(error: SchemaError, node: Node, entry: Entry | undefined, path: Path): Problem | undefined {
  const under = schemaAt(path);
  switch (error.keyword) {
    case 'additionalProperties':
      return node.kind === 'mapping'
        ? unknownKey(node, String(error.params.additionalProperty), path)
        : undefined;
    case 'required':
      return node.kind === 'mapping'
        ? missingKey(node, entry, String(error.params.missingProperty), path)
        : undefined;
    case 'type':
      return problemOf(node, path, typeProblem(node, path, under));
    case 'enum':
      // A value of the wrong type is told as such.
      if (!typesOf(under).includes(typeOf(node))) return undefined;
      return problemOf(node, path, notAllowed(node, path, under));
    case 'minimum':
    case 'maximum': {
      const limit = `${error.keyword === 'minimum' ? 'at least' : 'at most'} ${error.params.limit}`;
      return problemOf(node, path, {
        code: 'out-of-range',
        message: `${subject(path)} must be ${limit}, not ${node.kind === 'scalar' ? node.text : describe(node)}`,
      });
    }
    case 'minItems':
      return problemOf(node, path, {
        code: 'empty-list',
        message: `${subject(path)} is an empty list`,
        hint: yamlExample(path, under),
      });
    default:
      return problemOf(node, path, {
        code: BAD_FORMAT,
        message: `${subject(path)} has not the right form: ${describe(node)}`,
        hint: yamlExample(path, under),
      });
  }
}

function unknownKey(mapping: Mapping, key: string, path: Path): Problem | undefined {
  const entry = entryOf(mapping, key);
  if (entry === undefined) return undefined;
  const under = schemaAt(path);
  const at = [...path, key];
  if (path.length === 1 && path[0] === 'services')
    return problemOf(entry.value, at, badName(key, 'service'), entry.keySpan);
  for (const noun of ['volume', 'secret', 'config'] as const) {
    if (path.length === 1 && path[0] === `${noun}s`)
      return problemOf(entry.value, at, badName(key, noun), entry.keySpan);
  }
  const foreign = foreignKeysOf(path, under).hint(key);
  if (foreign !== undefined) {
    const message = `${quote(key)} is not supported ${place(path, under)}`;
    return problemOf(entry.value, at, { code: 'unsupported-key', message, hint: foreign }, entry.keySpan);
  }
  const known = Object.entries(under?.properties ?? {}).flatMap(([name, one]) =>
    isEffectless(one) ? [] : [name],
  );
  const [near] = nearest(key, known).map(quote);
  const facts = {
    code: 'unknown-key',
    message: `unknown key ${quote(key)} ${place(path, under)}`,
    ...meantOr(knownKeys(known), near),
  };
  return problemOf(entry.value, at, { ...facts, ...elsewhere(key, path) }, entry.keySpan);
}

function knownKeys(known: readonly string[]): string {
  const own = 'keys of your own begin with x-';
  return known.length === 0
    ? `there is nothing to set here; ${own}`
    : `known keys: ${known.join(', ')}; ${own}`;
}

function badName(name: string, noun: 'service' | 'volume' | 'secret' | 'config'): ProblemFacts {
  const proposal = name
    .trim()
    .replace(/[^a-zA-Z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return {
    code: `bad-${noun}-name`,
    message: `${quote(name)} cannot be the name of a ${noun}`,
    hint: `letters, digits, . _ and - are allowed${proposal === '' ? '' : `: ${proposal}`}`,
  };
}

/** A key that exists, but on another level: almost always a matter of indentation. */
function elsewhere(key: string, path: Path): { label?: undefined; hint: string } | undefined {
  const serviceKeys = Object.keys(schema.definitions?.service?.properties ?? {});
  if (path.length === 0 && serviceKeys.includes(key)) {
    return {
      label: undefined,
      hint: `it belongs to a service: indent it below \`services:\` and the service’s name`,
    };
  }
  if (path[0] === 'services' && path.length === 2 && schema.properties?.[key] !== undefined) {
    return { label: undefined, hint: 'it belongs to the top level: do not indent it' };
  }
  return undefined;
}

function missingKey(
  mapping: Mapping,
  entry: Entry | undefined,
  key: string,
  path: Path,
): Problem | undefined {
  // The misspelt key is reported already, with what it was meant to be.
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  if (mapping.entries.some((other) => !known.includes(other.key) && nearest(other.key, known)[0] === key))
    return undefined;
  const under = schemaAt(path);
  const at = [...path, key];
  const start = mapping.mark.start;
  const whole = path.length === 0;
  const mark = whole ? { ...mapping.mark, end: start } : (entry?.keySpan ?? mapping.mark);
  return problemOf(
    mapping,
    at,
    {
      code: MISSING_KEY,
      message: `${whole ? 'the file' : whatIs(path, under)} has no ${quote(key)}`,
      hint: yamlExample(at, schemaAt(at), 'add, for example,'),
    },
    mark,
  );
}

function notAllowed(node: Node, path: Path, under: SchemaNode | undefined) {
  const allowed = (under?.enum ?? []).map(String);
  const text = node.kind === 'scalar' ? node.text : '';
  return {
    code: 'unknown-value',
    message: `${subject(path)} must be ${listed(allowed, 'or')}, not ${quote(text)}`,
    label: didYouMean(...nearest(text, allowed).slice(0, 1)),
  };
}

function typeOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'mapping' ? 'object' : 'array';
  return typeof node.value;
}

function foreignKeysOf(path: Path, under: SchemaNode | undefined): ForeignKeys {
  if (path.length === 0) return foreignTopLevelKeys;
  switch (under?.title) {
    case 'service':
      return foreignServiceKeys;
    case 'connection':
      return foreignConnectionKeys;
    case 'volume':
      return foreignVolumeKeys;
    case 'bridge':
      return foreignBridgeKeys;
    case 'match':
    case 'except':
    case 'alternative':
      return foreignMatchKeys;
    case 'path':
      return foreignPathKeys;
    default:
      return { hint: () => undefined };
  }
}

/** Where a key was found: `in service "app"`, `in this volume`, `at the top level`. */
function place(path: Path, under: SchemaNode | undefined): string {
  return path.length === 0 ? 'at the top level' : `in ${whatIs(path, under)}`;
}

function whatIs(path: Path, under: SchemaNode | undefined): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `this ${under?.title ?? 'item'}`;
  return subject(path);
}

/** Steps of a JSON pointer; those into lists become numbers. */
function pathOf(pointer: string, root: Node): Path {
  const path: (string | number)[] = [];
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(nodeAt(root, path)?.node.kind === 'sequence' ? Number(step) : step);
  }
  return path;
}

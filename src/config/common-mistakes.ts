import { type Path, type Problem, pathText } from './problem.ts';
import { type SchemaNode, schema, schemaUnder, typesOf } from './schema.ts';
import { describe, type Node, problemOf, quote, type Sequence } from './tree.ts';
import { keysBesideOwner } from './wrong-indentation.ts';
import { yamlText } from './yaml-text.ts';

/** A mistake that is recognised as such, because what the general checks would say of it misleads. */
export interface Mistake {
  readonly problem: Problem;
  /** Paths of the values whose other problems are consequences, and which are not judged any further. */
  readonly explains: readonly Path[];
}

/** Looks for the mistakes that people make most. */
export function commonMistakes(root: Node): Mistake[] {
  const found: Mistake[] = [];
  const explained = new Set<string>();
  const add = (mistakes: readonly Mistake[]) => {
    found.push(...mistakes);
    for (const path of mistakes.flatMap((mistake) => mistake.explains)) explained.add(pathText(path));
  };
  const isKnown = (path: Path) => explained.size > 0 && explained.has(pathText(path));
  const walk = (node: Node, under: SchemaNode | undefined, path: Path): void => {
    if (under === undefined || isKnown(path)) return;
    if (node.kind === 'mapping') add(keysBesideOwner(node, under, path));
    const mistake = recognise(node, under, path);
    if (mistake !== undefined) add([mistake]);
    if (isKnown(path)) return;
    if (node.kind === 'mapping') {
      for (const entry of node.entries)
        walk(entry.value, schemaUnder(under, entry.key), [...path, entry.key]);
    } else if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries())
        walk(item, schemaUnder(under, index), [...path, index]);
    }
  };
  walk(root, schema, []);
  return found;
}

/** Leaves out the problems that a recognised mistake explains. */
export function unexplained(problems: readonly Problem[], mistakes: readonly Mistake[]): readonly Problem[] {
  const explained = new Set(mistakes.flatMap((mistake) => mistake.explains.map(pathText)));
  if (explained.size === 0) return problems;
  return problems.filter(({ path }) => !upwards(path).some((at) => explained.has(at)));
}

/** A path and those of all that it lies in. */
function upwards(path: string): readonly string[] {
  return [path, ...Array.from(path.matchAll(/[.[]/g), ({ index }) => path.slice(0, index))];
}

function recognise(node: Node, under: SchemaNode, path: Path): Mistake | undefined {
  if (under.title === 'bridge port') return directionlessPort(node, path);
  if (node.kind === 'sequence') {
    const place = path.join('.');
    const noun = /^services\..+\.(environment|labels|build\.args|extra_hosts)$/.exec(place)?.[1];
    if (noun !== undefined) return mappingsInList(node, path, listNouns[noun] ?? noun);
  }
  if (path.length === 3 && path[0] === 'services') {
    switch (path[2]) {
      case 'restart':
        return restartOff(node, path);
      case 'healthcheck':
        return bareHealthcheck(node, path);
      case 'depends_on':
        return dependenciesInList(node, path);
    }
  }
  return gluedColon(node, under, path) ?? gluedDash(node, under, path);
}

/** `8155:9000`, as text or as a mapping. */
function directionlessPort(node: Node, path: Path): Mistake | undefined {
  let pair: readonly [string, string] | undefined;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const match = /^(\d+):(\d+)$/.exec(node.value);
    if (match !== null) pair = [match[1] ?? '', match[2] ?? ''];
  } else if (node.kind === 'mapping' && node.entries.length === 1) {
    const [entry] = node.entries;
    if (entry !== undefined && /^\d+$/.test(entry.key) && entry.value.kind === 'scalar') {
      pair = [entry.key, entry.value.text];
    }
  }
  if (pair === undefined) return undefined;
  const problem = problemOf(node, path, {
    code: 'ambiguous-port',
    message: `${quote(pair.join(':'))} does not say which port is the workload’s and which is the service’s`,
    hint: `write \`{container: ${pair[0]}, local: ${pair[1]}}\`: the workload is called on \`container\`, this service listens on \`local\``,
  });
  return { problem, explains: [path] };
}

const listNouns: Readonly<Record<string, string>> = {
  environment: 'variables',
  'build.args': 'build arguments',
  extra_hosts: 'hosts',
};

/** `- NAME: value` in a list of variables, labels or the like; said once for the list. */
function mappingsInList(list: Sequence, path: Path, nouns: string): Mistake | undefined {
  const mappings = list.items.flatMap((item, index) => {
    const [entry, more] = item.kind === 'mapping' ? item.entries : [];
    return entry?.value.kind === 'scalar' && more === undefined
      ? [{ item, index, entry, value: entry.value }]
      : [];
  });
  const [first] = mappings;
  if (first === undefined) return undefined;
  const problem = problemOf(first.item, [...path, first.index], {
    code: 'wrong-type',
    message: `this list of ${nouns} holds a mapping: ${quote(first.entry.key)} is followed by a colon`,
    hint: `write \`- ${first.entry.key}=${first.value.text}\`, or remove the dash before every ${nouns.slice(0, -1)}`,
  });
  return { problem, explains: mappings.map(({ index }) => [...path, index]) };
}

/** `restart: false`: what `no` means to other readers of YAML. */
function restartOff(node: Node, path: Path): Mistake | undefined {
  if (node.kind !== 'scalar' || node.value !== false) return undefined;
  const problem = problemOf(node, path, {
    code: 'wrong-type',
    message: '"restart" must be a policy, not false',
    hint: 'write `restart: "no"`',
  });
  return { problem, explains: [path] };
}

/** `healthcheck: curl …`, or `healthcheck: false`. */
function bareHealthcheck(node: Node, path: Path): Mistake | undefined {
  if (node.kind !== 'scalar' || node.unresolved || node.value === '') return undefined;
  if (typeof node.value !== 'string' && node.value !== false) return undefined;
  const meant = node.value === false ? 'disable: true' : `test: ${yamlText(node.value)}`;
  const problem = problemOf(node, path, {
    code: 'wrong-type',
    message: `"healthcheck" must be a mapping, not ${describe(node)}`,
    hint: `write \`healthcheck: {${meant}}\``,
  });
  return { problem, explains: [path] };
}

/** `- db: {condition: …}`: a mapping with the dash of a list; said once for the list. */
function dependenciesInList(node: Node, path: Path): Mistake | undefined {
  if (node.kind !== 'sequence') return undefined;
  const mappings = node.items.flatMap((item, index) => (item.kind === 'mapping' ? [{ item, index }] : []));
  const [first] = mappings;
  if (first === undefined) return undefined;
  const problem = problemOf(first.item, [...path, first.index], {
    code: 'wrong-type',
    message: 'this list of services holds a mapping',
    hint: 'remove the dash before every service: `db: {condition: service_healthy}`',
  });
  return { problem, explains: mappings.map(({ index }) => [...path, index]) };
}

/** `image:foo`, which YAML reads as one word. */
function gluedColon(node: Node, under: SchemaNode, path: Path): Mistake | undefined {
  const types = typesOf(under);
  if (!types.includes('object') || types.includes('string')) return undefined;
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.quoted) return undefined;
  const match = /^([\w.-]+):(\S.*)$/.exec(node.value);
  if (match === null || under.properties?.[match[1] ?? ''] === undefined) return undefined;
  const problem = problemOf(
    node,
    path,
    {
      code: 'wrong-type',
      message: `a space is missing after the colon of ${quote(match[1] ?? '')}`,
      hint: `write \`${match[1]}: ${yamlText(match[2])}\``,
    },
    node.span,
  );
  return { problem, explains: [path] };
}

/** `-8080`, which YAML reads as a number or word instead of a list of one. */
function gluedDash(node: Node, under: SchemaNode, path: Path): Mistake | undefined {
  const types = typesOf(under);
  if (!types.includes('array') || types.includes('string') || node.kind !== 'scalar' || node.quoted)
    return undefined;
  const item = /^-([^\s-].*)$/.exec(node.text)?.[1];
  if (item === undefined) return undefined;
  const hint = `write \`- ${item}\``;
  const problem = problemOf(node, path, {
    code: 'wrong-type',
    message: 'a space is missing after the dash',
    hint,
  });
  return { problem, explains: [path] };
}

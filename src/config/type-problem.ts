import type { Path, ProblemFacts } from './problem.ts';
import { type SchemaNode, schemaUnder, typesOf } from './schema.ts';
import { describe, type Node } from './tree.ts';
import { keyed, listed, subject, yamlExample } from './wording.ts';
import { yamlText } from './yaml-text.ts';

/** Code of the problems that say that there is no value. */
export const EMPTY_VALUE = 'empty-value';

/** What is said about a value of the wrong type: what is expected, what it is, and the smallest change that mends it. */
export function typeProblem(node: Node, path: Path, under: SchemaNode | undefined): ProblemFacts {
  const example = yamlExample(path, under);
  if (node.kind === 'scalar' && node.value === null) {
    const removable = path.length > 2 ? ', or remove the key' : '';
    const hint =
      example === undefined ? undefined : `${example}${typeof path.at(-1) === 'number' ? '' : removable}`;
    return { code: EMPTY_VALUE, message: `${subject(path)} has no value`, hint };
  }
  return {
    code: 'wrong-type',
    message: `${subject(path)} must be ${expected(under)}, not ${describe(node)}`,
    hint: smallestChange(node, path, under) ?? example,
  };
}

function expected(under: SchemaNode | undefined): string {
  if (under?.title === 'duration') return 'a duration';
  const types = typesOf(under);
  const names: Readonly<Record<string, string>> = {
    string: 'a string',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
  };
  if (types.includes('string') && types.includes('boolean')) return 'a single value';
  return (
    listed(
      types.flatMap((type) => names[type] ?? []),
      'or',
    ) || 'something else'
  );
}

function smallestChange(node: Node, path: Path, under: SchemaNode | undefined): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  const types = typesOf(under);
  if (under?.title === 'duration' && typeof node.value === 'number')
    return `write \`${keyed(path, `${node.text}s`)}\``;
  const fits = under?.pattern === undefined || new RegExp(under.pattern).test(node.text);
  const free = types.includes('string') && under?.enum === undefined && fits;
  if (free && !types.includes('integer') && !types.includes('number') && typeof node.value !== 'string') {
    return `put it in quotes: \`${keyed(path, JSON.stringify(node.text))}\``;
  }
  if (types.includes('integer') && node.quoted && /^\d+$/.test(node.text) && node.template === undefined) {
    return `remove the quotes: \`${keyed(path, node.text)}\``;
  }
  if (types.includes('boolean') && node.quoted && /^(true|false)$/.test(node.text)) {
    return `remove the quotes: \`${keyed(path, node.text)}\``;
  }
  if (types.includes('boolean') && /^(yes|on|y)$/i.test(node.text)) return `write \`${keyed(path, 'true')}\``;
  if (types.includes('boolean') && /^(no|off|n)$/i.test(node.text))
    return `write \`${keyed(path, 'false')}\``;
  if (types.includes('array') && typesOf(schemaUnder(under, 0)).includes(typeof node.value)) {
    return `a list of one is \`${keyed(path, yamlText([typeof node.value === 'string' ? node.value : Number(node.text)]))}\``;
  }
  return undefined;
}

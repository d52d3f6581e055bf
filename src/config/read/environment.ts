import { quote } from '../tree.ts';
import { entries, items, type Reading, stringIn, textIn, type Value } from './reading.ts';

/** Reads the variables of a container, in either form. A name without value takes it from the variables of the file. */
export function readEnvironment(
  value: Value | undefined,
  reading: Reading,
): Readonly<Record<string, string>> {
  const variables = new Map<string, string | undefined>();
  for (const entry of entries(value)) {
    if (!checkName(entry.key, entry, reading)) continue;
    const inherited = entry.node.kind === 'scalar' && entry.node.value === null && !entry.node.unresolved;
    variables.set(entry.key, inherited ? reading.variables.get(entry.key) : textIn(entry));
  }
  for (const item of items(value)) {
    const text = stringIn(item);
    if (text === undefined) continue;
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!checkName(name, item, reading)) continue;
    if (variables.has(name)) reading.warn(item, repeated(name));
    variables.set(name, equals < 0 ? reading.variables.get(name) : text.slice(equals + 1));
  }
  const known = [...variables].flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  return Object.fromEntries(known);
}

function checkName(
  name: string,
  value: Value & { keySpan?: Value['node']['mark'] },
  reading: Reading,
): boolean {
  const facts = nameFault(name);
  if (facts !== undefined) reading.report(value, { code: 'bad-variable-name', ...facts }, value.keySpan);
  return facts === undefined;
}

function nameFault(name: string): { message: string; hint: string } | undefined {
  if (name === '') return { message: 'a variable has no name', hint: 'write NAME=value' };
  const trimmed = name.trim();
  if (trimmed !== name) {
    const where = name.startsWith(' ') ? 'begins' : 'ends';
    return {
      message: `the variable name ${quote(name)} ${where} with a space`,
      hint: `write ${trimmed} without spaces around =`,
    };
  }
  if (/[=\s\0]/.test(name)) {
    const colon = /^([^:\s]+): /.exec(name);
    const hint = colon === null ? 'a name has no spaces and no =' : `write ${colon[1]}=…`;
    return { message: `${quote(name)} cannot be the name of a variable`, hint };
  }
  if (name.includes('$')) {
    return {
      message: `${quote(name)} cannot be the name of a variable`,
      hint: 'variables are replaced in values only',
    };
  }
  return undefined;
}

function repeated(name: string) {
  return {
    code: 'repeated-variable',
    message: `the variable ${name} is given twice; this one counts`,
    hint: 'remove one of them',
  };
}

import type { ProblemFacts } from '../problem.ts';
import type { Span } from '../source.ts';
import { quote } from '../tree.ts';
import { entries, items, partIn, type Reading, stringIn, textIn, type Value } from './reading.ts';

/** What the names of a mapping or list of assignments stand for. */
export type AssignmentNoun = 'variable' | 'build argument' | 'label' | 'parameter' | 'context';

/** One name that is given a value. */
export interface Assignment {
  readonly name: string;
  /** As it is spelled; undefined when there is only a name. */
  readonly text: string | undefined;
  /** Where the name stands. */
  readonly nameSpan: Span;
  readonly value: Value;
}

/**
 * Reads `NAME: value` as a mapping, or `NAME=value` as a list; of a repeated name the last. Names that cannot be are
 * reported and left out, and so are values whose variables failed.
 */
export function readAssignments(
  value: Value | undefined,
  noun: AssignmentNoun,
  reading: Reading,
): readonly Assignment[] {
  const found = new Map<string, Assignment>();
  const add = (assignment: Assignment, usable = true): void => {
    const { name, nameSpan, value: whole } = assignment;
    const fault = nameFault(name, noun);
    if (fault !== undefined) {
      reading.report(whole, { code: `bad-${shortNoun(noun)}-name`, ...fault }, nameSpan);
    } else if (usable) {
      if (found.has(name)) reading.warn(whole, repeated(name, noun));
      found.set(name, assignment);
    }
  };
  for (const entry of entries(value)) {
    const { node, key: name, keySpan: nameSpan } = entry;
    // Layers may have made it from `$NAME=value`, whose variable is not set.
    if (node.kind === 'scalar' && node.unresolved === true && name.includes('$')) continue;
    const text = textIn(entry);
    const alone = node.kind === 'scalar' && node.value === null && !node.unresolved;
    add({ name, text, nameSpan, value: entry }, text !== undefined || alone);
  }
  for (const item of items(value)) {
    const whole = stringIn(item);
    if (whole === undefined) continue;
    const equals = whole.indexOf('=');
    const name = equals < 0 ? whole : whole.slice(0, equals);
    const text = equals < 0 ? undefined : whole.slice(equals + 1);
    const nameSpan = name === '' ? item.node.mark : partIn(item, 0, name.length);
    add({ name, text, nameSpan, value: item });
  }
  return [...found.values()];
}

function shortNoun(noun: AssignmentNoun): string {
  return noun.replace('build ', '');
}

function nameFault(
  name: string,
  noun: AssignmentNoun,
): { readonly message: string; readonly hint: string } | undefined {
  if (name === '') return { message: `a ${noun} has no name`, hint: 'write NAME=value' };
  const trimmed = name.trim();
  if (trimmed !== name) {
    const where = name.startsWith(' ') ? 'begins' : 'ends';
    return {
      message: `the ${noun} name ${quote(name)} ${where} with a space`,
      hint: `write ${trimmed} without spaces around =`,
    };
  }
  if (/[=\s\0]/.test(name)) {
    const colon = /^([^:\s]+): /.exec(name);
    const hint = colon === null ? 'a name has no spaces and no =' : `write ${colon[1]}=…`;
    return { message: `${quote(name)} cannot be the name of a ${noun}`, hint };
  }
  if (name.includes('$')) {
    return {
      message: `${quote(name)} cannot be the name of a ${noun}`,
      hint: 'variables are replaced in values only',
    };
  }
  return undefined;
}

function repeated(name: string, noun: AssignmentNoun): ProblemFacts {
  return {
    code: `repeated-${shortNoun(noun)}`,
    message: `the ${noun} ${name} is given twice; this one counts`,
    hint: 'remove one of them',
  };
}

import type { EnvironmentSource } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readTarget } from './target.ts';

/** Reads the workloads whose variables a service gets: a target, a mapping, or a list of both. */
export function readEnvironmentSources(
  value: Value | undefined,
  reading: Reading,
): readonly EnvironmentSource[] {
  const all = value?.node.kind === 'sequence' ? items(value) : value === undefined ? [] : [value];
  return all.flatMap((one) => {
    const place = one.node.kind === 'mapping' ? under(one, 'target') : one;
    const include = readPatterns(under(one, 'include'), reading);
    const exclude = readPatterns(under(one, 'exclude'), reading);
    const target = readTarget(place, reading);
    if (target === undefined) return [];
    const source: EnvironmentSource = { target, include: include ?? ['*'], exclude: exclude ?? [] };
    return [reading.remember(source, one, { target: place })];
  });
}

function readPatterns(value: Value | undefined, reading: Reading): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return items(value).flatMap((item) => {
    const pattern = stringIn(item);
    if (pattern === undefined) return [];
    if (/^[\w.*?-]+$/.test(pattern)) return [pattern];
    reading.report(item, {
      code: 'bad-pattern',
      message:
        pattern === '' ? 'the pattern is empty' : `${quote(pattern)} cannot match the name of a variable`,
      hint: 'a pattern is a name in which * stands for any characters and ? for one',
    });
    return [];
  });
}

import { didYouMean, nearest } from '../../common/nearest.ts';
import type { RestartPolicy } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { partIn, type Reading, stringIn, type Value } from './reading.ts';

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

/** Reads what happens when the program ends by itself; `no` when nothing is said or it is wrong. */
export function readRestart(value: Value | undefined, reading: Reading): RestartPolicy {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return { kind: 'no' };
  const [name = '', count, ...surplus] = text.split(':');
  const kind = policies.find((policy) => policy === name);
  if (kind === 'on-failure' && surplus.length === 0) {
    if (count === undefined) return { kind, attempts: undefined };
    if (/^[1-9]\d{0,8}$/.test(count)) return { kind, attempts: Number(count) };
    const message =
      count === '' ? 'the number of attempts is missing' : `${quote(count)} is no number of attempts`;
    const span = partIn(value, count === '' ? 0 : kind.length + 1, text.length);
    reading.report(value, { code: 'bad-restart', message, hint: 'write, for example, on-failure:3' }, span);
    return { kind: 'no' };
  }
  if (kind !== undefined && kind !== 'on-failure' && count === undefined) return { kind };
  const near = nearest(name, policies).slice(0, 1);
  reading.report(value, {
    code: 'unknown-value',
    message: `"restart" must be no, always, on-failure, on-failure:N or unless-stopped, not ${quote(text)}`,
    label: didYouMean(...near),
    hint: kind === undefined ? undefined : 'only on-failure takes a number of attempts',
  });
  return { kind: 'no' };
}

import { didYouMean, nearest } from '../../common/nearest.ts';
import type { RestartPolicy } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { integerIn, partIn, type Reading, stringIn, under, type Value } from './reading.ts';

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

/**
 * Reads what happens when the program ends by itself, which a `restart_policy` says where `restart` does not; `no` when
 * nothing is said or it is wrong.
 */
export function readRestart(
  value: Value | undefined,
  policy: Value | undefined,
  reading: Reading,
): RestartPolicy {
  const text = stringIn(value);
  if (value === undefined) return ofPolicy(policy);
  if (text === undefined) return { kind: 'no' };
  const [name = '', count, ...surplus] = text.split(':');
  const kind = policies.find((policy) => policy === name);
  if (kind === 'on-failure' && surplus.length === 0) {
    if (count === undefined) return { kind, attempts: undefined };
    if (/^0+$/.test(count)) return { kind, attempts: undefined };
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

/** Compose's reading of the policy that Swarm has. */
function ofPolicy(policy: Value | undefined): RestartPolicy {
  if (policy === undefined) return { kind: 'no' };
  const attempts = integerIn(under(policy, 'max_attempts'));
  switch (stringIn(under(policy, 'condition'))) {
    case 'none':
      return { kind: 'no' };
    case 'on-failure':
      return { kind: 'on-failure', attempts: attempts === 0 ? undefined : attempts };
    default:
      return { kind: 'unless-stopped' };
  }
}

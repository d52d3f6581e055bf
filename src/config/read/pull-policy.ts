import { didYouMean, nearest } from '../../common/nearest.ts';
import type { PullPolicy } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { listed } from '../wording.ts';
import { type Reading, stringIn, type Value } from './reading.ts';

const policies: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  missing: 'missing',
  if_not_present: 'missing',
  // What is looked for by age is looked for when it is missing.
  daily: 'missing',
  weekly: 'missing',
  never: 'never',
  build: 'build',
};

/** Reads when an image is fetched; `missing` when nothing is said or it is wrong. */
export function readPullPolicy(value: Value | undefined, reading: Reading): PullPolicy {
  const text = stringIn(value);
  if (value === undefined || text === undefined || /^every_(\d+[wdhms])+$/.test(text)) return 'missing';
  const policy = policies[text];
  if (policy !== undefined) return policy;
  const names = Object.keys(policies);
  reading.report(value, {
    code: 'unknown-value',
    message: `"pull_policy" must be ${listed(names, 'or')}, not ${quote(text)}`,
    label: didYouMean(...nearest(text, names).slice(0, 1)),
  });
  return 'missing';
}

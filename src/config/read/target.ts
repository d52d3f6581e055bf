import type { TargetRef } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { parseTargetText } from '../target-text.ts';
import { quote } from '../tree.ts';
import { type Reading, reportFault, stringIn, type Value } from './reading.ts';

/** Reads a reference to a workload; undefined when there is something wrong with it. `platform` is `connection.platform`. */
export function readTarget(
  value: Value | undefined,
  platform: Value | undefined,
  reading: Reading,
): TargetRef | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  const target = parseTargetText(text);
  if (!isFault(target)) return target;
  if (target.code === 'unsupported-platform' && platform !== undefined && stringIn(platform) === 'docker') {
    reading.report(value, {
      code: 'platform-contradiction',
      message: `${quote(text)} is a Kubernetes workload, but the platform of this file is docker`,
      hint: 'on docker a target is container/NAME or compose/PROJECT/SERVICE',
      related: [{ span: platform.node.mark, label: 'the platform is chosen here' }],
    });
  } else {
    reportFault(reading, value, target);
  }
  return undefined;
}

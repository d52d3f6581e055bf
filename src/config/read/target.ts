import type { TargetRef } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { parseTargetText } from '../target-text.ts';
import { type Reading, reportFault, stringIn, type Value } from './reading.ts';

/** Reads a reference to a workload; undefined when there is something wrong with it. */
export function readTarget(value: Value | undefined, reading: Reading): TargetRef | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  const target = parseTargetText(text);
  if (!isFault(target)) return target;
  reportFault(reading, value, target);
  return undefined;
}

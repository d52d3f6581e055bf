import type { TargetRef } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { parseTargetText } from '../target-text.ts';
import { writtenTarget } from '../written-target.ts';
import { type Reading, reportFault, stringIn, under, type Value } from './reading.ts';

/** Reads a reference to a workload in either form; undefined when there is something wrong with it. */
export function readTarget(value: Value | undefined, reading: Reading): TargetRef | undefined {
  if (value === undefined) return undefined;
  const text = stringIn(value);
  if (text === undefined) return readLong(value, reading);
  const target = parseTargetText(text);
  if (!isFault(target)) return target;
  reportFault(reading, value, target);
  reading.unreadTargets += 1;
  return undefined;
}

function readLong(value: Value, reading: Reading): TargetRef | undefined {
  const part = (key: string) => stringIn(under(value, key));
  const [kind, name] = [part('kind'), part('name')];
  if (kind === undefined || name === undefined) return undefined;
  const written = { kind, name, namespace: part('namespace'), container: part('container') };
  const target = parseTargetText(writtenTarget(written));
  if (!isFault(target)) return target;
  const { from: _from, to: _to, ...facts } = target;
  reading.report(value, facts);
  reading.unreadTargets += 1;
  return undefined;
}

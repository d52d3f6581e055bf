import { parseSignalText } from '../signal-text.ts';
import { type Reading, textIn, type Value } from './reading.ts';

/** Reads the signal that asks a program to end; undefined when nothing is said or it is wrong. */
export function readStopSignal(value: Value | undefined, reading: Reading): string | undefined {
  const text = textIn(value);
  if (value === undefined || text === undefined) return undefined;
  const parsed = parseSignalText(text);
  if ('signal' in parsed) return parsed.signal;
  reading.report(value, { code: 'bad-signal', ...parsed });
  return undefined;
}

import { parseDurationText } from '../duration-text.ts';
import { isFault } from '../fault.ts';
import { subject } from '../wording.ts';
import { type Reading, reportFault, stringIn, type Value } from './reading.ts';

/**
 * Reads a duration in milliseconds; undefined when there is none or it is wrong. Where zero would have no meaning,
 * `least` is `more than 0`.
 */
export function readDuration(
  value: Value | undefined,
  least: '0' | 'more than 0',
  reading: Reading,
): number | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  const duration = parseDurationText(text);
  if (isFault(duration)) {
    reportFault(reading, value, duration);
    return undefined;
  }
  // Engines count these in whole milliseconds at least.
  if (least === 'more than 0' && duration.ms < 1) {
    const message = `${subject(value.path)} must be at least 1ms, not ${text}`;
    reading.report(value, { code: 'out-of-range', message });
  }
  return duration.ms;
}

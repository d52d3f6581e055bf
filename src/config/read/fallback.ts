import type { Fallback } from '../../model/workspace.ts';
import { subject } from '../wording.ts';
import { readDuration } from './duration.ts';
import { type Reading, stringIn, under, type Value } from './reading.ts';

/** So long requests wait where nothing says for how long, milliseconds: a program is started anew within it. */
const USUAL_WAIT_MS = 5000;

/** Whoever asks has given up by then, milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** Reads `fallback` of a bridge. */
export function readFallback(value: Value | undefined, reading: Reading): Fallback {
  const word = stringIn(value);
  if (word === 'fail') return { kind: 'fail' };
  if (word === 'wait') return { kind: 'wait', ms: USUAL_WAIT_MS };
  const time = value && under(value, 'wait');
  if (time === undefined) return { kind: 'original' };
  const ms = readDuration(time, 'more than 0', reading) ?? USUAL_WAIT_MS;
  if (ms > LONGEST_WAIT_MS)
    reading.report(time, {
      code: 'out-of-range',
      message: `${subject(time.path)} must be at most 60s, not ${stringIn(time)}`,
      hint: 'whoever asks does not wait for longer; `fallback: fail` refuses what comes while the service is away',
    });
  return { kind: 'wait', ms };
}

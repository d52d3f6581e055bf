import { quote } from '../tree.ts';
import { subject } from '../wording.ts';
import { readByteSize } from './byte-size.ts';
import { type Reading, textIn, type Value } from './reading.ts';

/** No engine starts a container with less memory, in bytes. */
const LEAST_MEMORY = 6 * 1024 ** 2;

/**
 * Reads what a service says in two places, `own` and `deployed`, of which one is enough. Where both are there and not the
 * same, that is told, and `own` counts.
 */
export function readAgreed<Limit>(
  own: Value | undefined,
  deployed: Value | undefined,
  read: (value: Value | undefined, reading: Reading) => Limit,
  reading: Reading,
): Limit {
  if (own === undefined || deployed === undefined) return read(own ?? deployed, reading);
  const [value, other] = [read(own, reading), read(deployed, reading)];
  if (value !== other) {
    reading.report(own, {
      code: 'two-values',
      message: `${subject(own.path)} is ${textIn(own)}, and "${deployed.path.slice(2).join('.')}" is ${textIn(deployed)}`,
      hint: 'remove one of the two',
      related: [{ span: deployed.node.via ?? deployed.node.mark, label: 'the other one stands here' }],
    });
  }
  return value;
}

/** Reads the most memory of a container in bytes; undefined when there is no limit, as with 0, or it is wrong. */
export function readMemory(value: Value | undefined, reading: Reading): number | undefined {
  const bytes = readByteSize(value, reading);
  if (value === undefined || bytes === undefined || bytes >= LEAST_MEMORY) return bytes;
  if (bytes === 0) return undefined;
  const text = textIn(value) ?? '';
  const bare = /^\d+$/.test(text);
  reading.report(value, {
    code: 'out-of-range',
    message: `${subject(value.path)} must be at least 6m, not ${text}`,
    hint: bare ? `without a unit these are bytes: write ${text}m for megabytes` : 'remove it for no limit',
  });
  return undefined;
}

/** Reads the most processors of a container; undefined when there is no limit, as with 0, or it is wrong. */
export function readCpus(value: Value | undefined, reading: Reading): number | undefined {
  const text = textIn(value);
  if (value === undefined || text === undefined) return undefined;
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (number > 0) return number;
  if (number === 0) return undefined;
  const milli = /^(\d+)m$/.exec(text);
  reading.report(value, {
    code: Number.isNaN(number) ? 'bad-cpus' : 'out-of-range',
    message: Number.isNaN(number)
      ? `${quote(text)} is no number of processors`
      : `${subject(value.path)} must be more than 0, not ${text}`,
    hint: milli === null ? 'write, for example, 0.5 for half of one' : `write ${Number(milli[1]) / 1000}`,
  });
  return undefined;
}

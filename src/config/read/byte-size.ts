import { parseByteSizeText } from '../byte-size-text.ts';
import { isFault } from '../fault.ts';
import { type Reading, reportFault, textIn, type Value } from './reading.ts';

/** Reads an amount of bytes; undefined when there is none or it is wrong. */
export function readByteSize(value: Value | undefined, reading: Reading): number | undefined {
  const text = textIn(value);
  if (value === undefined || text === undefined) return undefined;
  const size = parseByteSizeText(text);
  if (!isFault(size)) return size.bytes;
  reportFault(reading, value, size);
  return undefined;
}

import { parseCapabilityText } from '../capability-text.ts';
import { items, type Reading, stringIn, type Value } from './reading.ts';

/** Reads a list of capabilities, each once. */
export function readCapabilities(value: Value | undefined, reading: Reading): readonly string[] {
  const found = items(value).flatMap((item) => {
    const text = stringIn(item);
    if (text === undefined) return [];
    const parsed = parseCapabilityText(text);
    if ('capability' in parsed) return [parsed.capability];
    reading.report(item, { code: 'bad-capability', ...parsed });
    return [];
  });
  return [...new Set(found)];
}

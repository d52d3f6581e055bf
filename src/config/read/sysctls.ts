import { readAssignments } from './assignments.ts';
import type { Reading, Value } from './reading.ts';

/** Reads parameters of the kernel: those of the network, or all others. */
export function readSysctls(
  value: Value | undefined,
  which: 'network' | 'other',
  reading: Reading,
): Readonly<Record<string, string>> {
  const all = readAssignments(value, 'parameter', reading);
  for (const { name, text, nameSpan, value: whole } of all) {
    if (text !== undefined) continue;
    const message = `the parameter ${name} has no value`;
    reading.report(whole, { code: 'bad-parameter', message, hint: `write ${name}=1` }, nameSpan);
  }
  const own = all.filter(({ name }) => name.startsWith('net.') === (which === 'network'));
  return Object.fromEntries(own.map(({ name, text = '' }) => [name, text]));
}

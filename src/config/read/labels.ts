import { quote } from '../tree.ts';
import { readAssignments } from './assignments.ts';
import type { Reading, Value } from './reading.ts';

/** Labels with this beginning are what devenv knows its own containers by. */
const OURS = 'gefyra-devenv/';

/** Reads the labels of a container, in either form; a name without value has an empty one. */
export function readLabels(value: Value | undefined, reading: Reading): Readonly<Record<string, string>> {
  const labels = readAssignments(value, 'label', reading);
  for (const { name, nameSpan, value: whole } of labels) {
    if (!name.startsWith(OURS)) continue;
    reading.report(
      whole,
      {
        code: 'reserved-label',
        message: `the label ${quote(name)} is devenv’s own`,
        hint: `choose a name that does not begin with ${OURS}`,
      },
      nameSpan,
    );
  }
  return Object.fromEntries(labels.map(({ name, text = '' }) => [name, text]));
}

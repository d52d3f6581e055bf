import type { NamedVolume } from '../../model/workspace.ts';
import { VOLUME_NAME } from '../volume-text.ts';
import { entries, type Reading, type Value } from './reading.ts';

/** Reads the declared volumes of a file. */
export function readNamedVolumes(value: Value | undefined, reading: Reading): readonly NamedVolume[] {
  return entries(value)
    .filter(({ key }) => !key.startsWith('x-') && VOLUME_NAME.test(key))
    .map((entry) =>
      reading.remember({ name: entry.key }, entry, { name: { ...entry, span: entry.keySpan } }),
    );
}

import type { NamedVolume, VolumeSettings } from '../../model/workspace.ts';
import { VOLUME_NAME } from '../volume-text.ts';
import { readLabels } from './labels.ts';
import { booleanIn, entries, type Reading, stringIn, textIn, under, type Value } from './reading.ts';

/** Reads the declared volumes of a file. */
export function readNamedVolumes(value: Value | undefined, reading: Reading): readonly NamedVolume[] {
  return entries(value)
    .filter(({ key }) => !key.startsWith('x-') && VOLUME_NAME.test(key))
    .map((entry) => {
      const settings = readSettings(entry, reading);
      const volume: NamedVolume = { name: entry.key, ...(settings === undefined ? {} : { settings }) };
      return reading.remember(volume, entry, { name: { ...entry, span: entry.keySpan } });
    });
}

/** Undefined when nothing is said of the volume. */
function readSettings(entry: Value & { readonly key: string }, reading: Reading): VolumeSettings | undefined {
  const at = (key: string) => under(entry, key);
  if (entry.node.kind !== 'mapping' || entry.node.entries.every(({ key }) => key.startsWith('x-')))
    return undefined;
  const externalPlace = at('external');
  const external = externalPlace?.node.kind === 'mapping' || (booleanIn(externalPlace) ?? false);
  const name = stringIn(at('name')) ?? stringIn(under(externalPlace, 'name'));
  if (external) {
    for (const key of ['driver', 'driver_opts', 'labels']) {
      const place = at(key);
      if (place !== undefined) reading.note(place, key, 'an external volume is as it was made');
    }
  }
  const driver = stringIn(at('driver'));
  return {
    engineName: name ?? (external ? entry.key : undefined),
    external,
    driver: driver === 'local' ? undefined : driver,
    driverOptions: Object.fromEntries(
      entries(at('driver_opts')).flatMap((option) => {
        const text = textIn(option);
        return text === undefined ? [] : [[option.key, text] as const];
      }),
    ),
    labels: readLabels(at('labels'), reading),
  };
}

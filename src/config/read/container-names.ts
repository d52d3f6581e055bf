import { quote } from '../tree.ts';
import { type Reading, stringIn, under, type Value } from './reading.ts';

/** Tells container names that two services have: a name leads to one of them, and Compose refuses them as well. */
export function tellRepeatedNames(
  services: readonly (Value & { readonly key: string })[],
  reading: Reading,
): void {
  const known = new Map<string, { readonly service: string; readonly place: Value }>();
  for (const service of services) {
    const place = under(service, 'container_name');
    const name = stringIn(place);
    if (place === undefined || name === undefined || name === '') continue;
    const earlier = known.get(name);
    if (earlier === undefined) {
      known.set(name, { service: service.key, place });
      continue;
    }
    reading.report(place, {
      code: 'repeated-container-name',
      message: `service ${quote(earlier.service)} has the name ${quote(name)} as well`,
      hint: 'give one of the two another name, or none',
      related: [{ span: earlier.place.node.via ?? earlier.place.node.mark, label: 'it has it here' }],
    });
  }
}

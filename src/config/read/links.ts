import { entries, items, stringIn, under, type Value } from './reading.ts';

/** A link of a service to another, and the name that it gives it. */
interface Link {
  readonly service: string;
  readonly alias: string | undefined;
  readonly place: Value;
}

/** The links of one service. */
export function linksIn(service: Value): readonly Link[] {
  return items(under(service, 'links')).flatMap((place) => {
    const text = stringIn(place);
    if (text === undefined || text === '') return [];
    const [name = '', alias] = text.split(':');
    return [{ service: name, alias: alias === '' ? undefined : alias, place }];
  });
}

/** Names that the links of all services give each service. */
export function namesByLinks(services: Value | undefined): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { service, alias } of entries(services).flatMap(linksIn))
    if (alias !== undefined) names.set(service, [...(names.get(service) ?? []), alias]);
  return names;
}

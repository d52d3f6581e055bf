import {
  type ExtraHost,
  isBridged,
  networkServiceOf,
  networksOf,
  type PlatformKind,
  type Service,
} from '../model/workspace.ts';
import { MACHINE_ADDRESS, neighbourAddresses } from '../programs/index.ts';
import type { LeadsTo, LinkSettings, Neighbour } from './operation.ts';

/** What engines call the machine that their containers run on, and users expect of programs there as well. */
const MACHINE_NAMES = ['host.containers.internal', 'host.docker.internal'];

/** How a service looks the others up, and what it reaches through the session. */
export type Lookups = Pick<LinkSettings, 'names' | 'neighbours'>;

/** Where the gateway of a service leads to: without a workload, to programs of this machine, where the file has one. */
export function leadsTo(service: Service, services: readonly Service[], platform: PlatformKind): LeadsTo {
  if (networksOf(service, platform).length > 0) return 'workload';
  const hasNeighbours = services.some(({ process }) => process !== undefined);
  return hasNeighbours && service.namespace.networkMode === undefined ? 'neighbours' : 'nothing';
}

/** Lines of `/etc/hosts` for a service whose lookups its engine answers. */
export function neighbourHosts(service: Service, services: readonly Service[]): readonly ExtraHost[] {
  return lookupsOf(service, services).neighbours.flatMap(({ address, names, service: neighbour }) =>
    neighbour === undefined ? [] : names.map((name) => ({ name, address })),
  );
}

/**
 * Says for a service how it finds the others of its file. Containers share a network, and the engine knows them; a program
 * of this machine has a network for itself, so that the session joins it with all others.
 */
export function lookupsOf(service: Service, services: readonly Service[]): Lookups {
  const found = services.flatMap((other) => {
    const place = services.find(({ name }) => name === networkServiceOf(other));
    return place === undefined || isApart(place) ? [] : [{ other, place }];
  });
  const namesOf = (some: typeof found) =>
    some.flatMap(({ other: { name, namespace } }) => [name, ...namespace.aliases]).sort();
  const addresses = neighbourAddresses(services.map(({ name }) => name));
  const neighbours = services.flatMap((place): readonly Neighbour[] => {
    const address = addresses.get(place.name);
    const there = found.filter((one) => one.place === place);
    const shareNetwork = service.process === undefined && place.process === undefined;
    if (shareNetwork || there.length === 0 || address === undefined) return [];
    return [{ address, names: namesOf(there), service: place.name }];
  });
  const own = namesOf(found.filter(({ place }) => !isBridged(place)));
  const bridged = namesOf(found.filter(({ place }) => isBridged(place)));
  const machine = machineOf(service, new Set([...own, ...bridged]));
  const called = service.process === undefined ? [] : (machine?.names ?? []);
  return {
    names: { own: [...own, ...called], bridged },
    neighbours: machine === undefined ? neighbours : [...neighbours, machine],
  };
}

/** Outside of the project's network, where no name leads to it. */
function isApart({ namespace: { networkMode } }: Service): boolean {
  return networkMode?.kind === 'none' || networkMode?.kind === 'host';
}

/** This machine as the service reaches it; undefined for a container that does not ask for it. */
function machineOf({ process, extraHosts }: Service, taken: ReadonlySet<string>): Neighbour | undefined {
  const given = extraHosts.filter(({ address }) => address === 'host-gateway').map(({ name }) => name);
  if (process === undefined && given.length === 0) return undefined;
  const names = process === undefined ? given : MACHINE_NAMES.filter((name) => !taken.has(name));
  return { address: MACHINE_ADDRESS, names, service: undefined };
}

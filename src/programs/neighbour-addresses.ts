import { createHash } from 'node:crypto';

/**
 * The range whose addresses stand for neighbours that no network of the service leads to, 198.51.100.0/24: it is set aside
 * for documentation (RFC 5737), so that nothing in the network of a workload has one of them.
 */
const RANGE = '198.51.100';

/** The same in CIDR notation. */
export const NEIGHBOUR_RANGE = `${RANGE}.0/24`;

/** Stands for 127.0.0.1 of this machine, where the session runs. */
export const MACHINE_ADDRESS = `${RANGE}.1`;

/** Hosts of the range that stand for services: neither the machine's nor those that have a meaning in every range. */
const HOSTS = { first: 2, count: 253 } as const;

/**
 * An address for each of these services, by its name. A service keeps its address whatever other ones come and go, for
 * programs remember addresses; only where two want the same, the one that comes later in the alphabet gets the next. Those
 * that are too many for the range get none. Pure.
 */
export function neighbourAddresses(services: Iterable<string>): ReadonlyMap<string, string> {
  const taken = new Map<number, string>();
  for (const service of [...new Set(services)].sort().slice(0, HOSTS.count)) {
    let host = createHash('sha256').update(service).digest().readUInt32BE() % HOSTS.count;
    while (taken.has(host)) host = (host + 1) % HOSTS.count;
    taken.set(host, service);
  }
  return new Map([...taken].map(([host, service]) => [service, `${RANGE}.${HOSTS.first + host}`]));
}

/** Whether an address stands for a neighbour, one that is there or one that is not any more. */
export function isNeighbourAddress(address: string): boolean {
  return address.startsWith(`${RANGE}.`);
}

import { networkInterfaces } from 'node:os';
import { carryToFirst, type IncomingStream, LOOPBACK } from '../tunnel/index.ts';

/** What of a service its neighbours reach. */
export interface ReachedByNeighbours {
  /** Addresses of its network other than loopback, in the order they are tried. */
  readonly addresses: () => readonly string[];
  /** Ports that are published: these are reached on loopback, too, as they are from this machine. */
  readonly publishedPorts: readonly number[];
}

/**
 * Connects streams of other services of the file to this one, which shares this namespace: as on a network of containers,
 * they reach whatever listens on an address of the service's own, and what listens on its loopback alone only where it is
 * published.
 */
export function serveNeighbours({
  addresses,
  publishedPorts,
}: ReachedByNeighbours): (incoming: IncomingStream) => void {
  return (incoming) => {
    const { target } = incoming;
    if (target.kind !== 'tcp') {
      incoming.refuse();
      return;
    }
    const loopback = publishedPorts.includes(target.port) ? LOOPBACK : [];
    carryToFirst(incoming, [...addresses(), ...loopback], target.port);
  };
}

/** Addresses of this network namespace by which others would reach it, IPv4 first: neither loopback nor of one link alone. */
export function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ address }) => !/^(127\.|::1$|fe80:)/i.test(address));
  const of = (family: string) => usable.filter((one) => one.family === family).map(({ address }) => address);
  return [...of('IPv4'), ...of('IPv6')];
}

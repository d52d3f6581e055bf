import { networkServiceOf, networksOf } from '../../model/workspace.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/**
 * Programs of this machine and containers reach each other: by gateways, which only a workload's network has, or by a port
 * that is published.
 */
export const reachableNeighbours: Rule = ({ services, connection }, at) => {
  const all = [...services.values()];
  const programs = all.filter(({ process }) => process !== undefined).map(({ name }) => quote(name));
  if (programs.length === 0) return [];
  return all.flatMap((service) => {
    const { name, namespace, ports } = service;
    const isApart = namespace.networkMode !== undefined || networkServiceOf(service) !== name;
    if (isApart || ports.length > 0 || networksOf(service, connection.platform).length > 0) return [];
    const { node, path, span } = at(service, 'name');
    const message = `service ${quote(name)} and ${programs.join(', ')} do not reach each other by name: it is a container in no workload’s network, and ${programs.length === 1 ? 'that is a program' : 'those are programs'} of this machine`;
    const hint = `publish its port under \`ports\`, and call it as host.docker.internal with that port; or give it a bridge of its own`;
    return [problemOf(node, path, { code: 'unreachable-neighbour', message, hint }, span)];
  });
};

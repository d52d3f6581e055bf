import { type Environment, listIn, required } from './environment.ts';

/** What a gateway is told when its container is made. */
export interface GatewaySettings {
  /** What a caller must present; random. */
  readonly secret: string;
  /** Path of the Unix socket it listens on. */
  readonly socketPath: string;
  /** Ranges in CIDR notation that the service reaches directly. */
  readonly ownSubnets: readonly string[];
  /** Ports of the service's own loopback addresses that lead to the workload's. */
  readonly loopbackPorts: readonly number[];
  /** Ports of the service that are reached by sockets beside the gateway's own, see `portSocket`; none in a container. */
  readonly relayedPorts: readonly number[];
  /** `neighbours`: only connections to addresses that stand for neighbours come to it, and no lookups. */
  readonly leadsTo: 'workload' | 'neighbours';
}

/** What the first process of the gateway's container is told, besides. */
export interface GatewayContainerSettings extends GatewaySettings {
  /** Packet rules that stand before anything else runs, as text for nft. */
  readonly guard: string;
}

const variable = {
  secret: 'DEVENV_GATEWAY_SECRET',
  socket: 'DEVENV_SOCKET',
  ownSubnets: 'DEVENV_OWN_SUBNETS',
  loopbackPorts: 'DEVENV_LOOPBACK_PORTS',
  relayedPorts: 'DEVENV_RELAYED_PORTS',
  leadsTo: 'DEVENV_LEADS_TO',
  /** Read by `entrypoint.sh` of the image. */
  guard: 'DEVENV_GUARD',
} as const;

/** The settings as variables of the gateway's container. */
export function gatewayEnvironment(settings: GatewayContainerSettings): Readonly<Record<string, string>> {
  return {
    [variable.secret]: settings.secret,
    [variable.socket]: settings.socketPath,
    [variable.ownSubnets]: settings.ownSubnets.join(','),
    [variable.loopbackPorts]: settings.loopbackPorts.join(','),
    ...(settings.relayedPorts.length > 0 && { [variable.relayedPorts]: settings.relayedPorts.join(',') }),
    ...(settings.leadsTo === 'neighbours' && { [variable.leadsTo]: settings.leadsTo }),
    [variable.guard]: settings.guard,
  };
}

/** The settings in a gateway's own variables. Errors: `usage` for one that lacks. */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  return {
    secret: required(environment, variable.secret),
    socketPath: required(environment, variable.socket),
    ownSubnets: listIn(environment, variable.ownSubnets),
    loopbackPorts: listIn(environment, variable.loopbackPorts).map(Number),
    relayedPorts: listIn(environment, variable.relayedPorts).map(Number),
    leadsTo: environment[variable.leadsTo] === 'neighbours' ? 'neighbours' : 'workload',
  };
}

/** What callers of a gateway must know, as its unit's variables tell; undefined for a unit that has none. */
export function gatewayAccessIn(
  environment: Environment,
): { readonly secret: string; readonly socketPath: string } | undefined {
  const secret = environment[variable.secret];
  const socketPath = environment[variable.socket];
  return secret === undefined || socketPath === undefined ? undefined : { secret, socketPath };
}

import { randomBytes } from 'node:crypto';
import type { ContainerNetwork, ContainerSpec, EngineMount } from '../engine/index.ts';
import type { MachineNetworkSpec } from '../machine/index.ts';
import type { ExtraHost } from '../model/workspace.ts';
import { guardTable } from '../packet-rules/index.ts';
import { EXEMPT_GROUP, gatewayEnvironment, MACHINE_ADDRESS } from '../programs/index.ts';
import type { GatewaySettings } from './operation.ts';

const SOCKET_DIR = '/run/gefyra-devenv';

/** Where the gateway listens, inside its container. */
export const GATEWAY_SOCKET = `${SOCKET_DIR}/gateway.sock`;

/** Name of the table that keeps everything in the service's network namespace that does not go through the gateway. */
const GUARD = 'devenv-guard';

/** Capabilities to give a file to another owner, and to change one that belongs to another. */
const OWNERSHIP = ['CHOWN', 'FOWNER'];

/** What a gateway's container is made from, besides its settings. */
export interface GatewayContainer {
  readonly name: string;
  /** Image reference. */
  readonly image: string;
  /** Name of the project's network. */
  readonly network: string;
  /** Ranges of that network in CIDR notation, which the service reaches directly. */
  readonly ownSubnets: readonly string[];
  readonly mounts: readonly EngineMount[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The container that owns a service's network namespace, ports and hosts, with the gateway in it: root inside, but with
 * one capability and no way to more; with files of the workload also with those that give them their owners and permission
 * bits, which act on its own file system alone. Its first process stays, and with it the namespace, when the gateway ends.
 */
export function gatewayContainer(
  { service, leadsTo, neighbours, ports, extraHosts, namespace: own, loopbackPorts }: GatewaySettings,
  { name, image, network, ownSubnets, mounts, labels }: GatewayContainer,
): ContainerSpec {
  const isConnected = leadsTo === 'workload';
  const namespace = {
    name,
    image,
    labels,
    network: networkFor(service, own, network),
    mounts,
    ports,
    // Its engine's machine is no address of a workload's network.
    extraHosts: isConnected ? bySession(extraHosts) : [...extraHosts, ...neighbours],
    // Within a workload's network the agent looks names up.
    namespace: isConnected ? { ...own, dns: [], dnsSearch: [], dnsOptions: [] } : own,
    autoRemove: false,
  } as const;
  if (leadsTo === 'nothing') return { ...namespace, command: ['holder'], environment: {}, capabilities: [] };
  return {
    ...namespace,
    command: ['gateway'],
    environment: gatewayEnvironment({
      secret: randomBytes(24).toString('hex'),
      socketPath: GATEWAY_SOCKET,
      ownSubnets,
      loopbackPorts,
      // The engine publishes them.
      relayedPorts: [],
      leadsTo,
      // Its own network is left as it is.
      guard: isConnected ? guardTable(GUARD, { exemptGroup: EXEMPT_GROUP, ownSubnets }) : '',
    }),
    user: `0:${EXEMPT_GROUP}`,
    capabilities: mounts.length === 0 ? ['NET_ADMIN'] : ['NET_ADMIN', ...OWNERSHIP],
    socketDir: SOCKET_DIR,
  };
}

/** The project's network, or where the file says so that of the engine which has its word for a name. */
function networkFor(
  service: string,
  { networkMode, aliases }: GatewaySettings['namespace'],
  network: string,
): ContainerNetwork {
  return networkMode === undefined
    ? { kind: 'network', name: network, aliases: [service, ...aliases] }
    : { kind: 'network', name: networkMode.kind, aliases: [] };
}

/** The network of a program of this machine, with the gateway in it as one, too: it can no more than in a container. */
export function machineNetwork(
  { ports, extraHosts, loopbackPorts, directories }: GatewaySettings,
  name: string,
  labels: Readonly<Record<string, string>>,
): MachineNetworkSpec {
  const guard = guardTable(GUARD, { exemptGroup: EXEMPT_GROUP, ownSubnets: [], reach: 'own addresses' });
  const secret = randomBytes(24).toString('hex');
  const relayedPorts = ports.map(({ target }) => target);
  return {
    name,
    labels,
    guard,
    ports,
    extraHosts: bySession(extraHosts),
    directories: directories.map(({ inGateway }) => inGateway),
    environment: (socketPath) =>
      gatewayEnvironment({
        ...{ secret, socketPath, ownSubnets: [], loopbackPorts, relayedPorts, guard },
        leadsTo: 'workload',
      }),
  };
}

/** This machine is reached through the session, in a network that leads to a workload's. */
function bySession(hosts: readonly ExtraHost[]): readonly ExtraHost[] {
  return hosts.map(({ name, address }) => ({
    name,
    address: address === 'host-gateway' ? MACHINE_ADDRESS : address,
  }));
}

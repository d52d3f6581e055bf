import { randomBytes } from 'node:crypto';
import type { ContainerSpec, EngineMount } from '../engine/index.ts';
import { EXEMPT_GROUP } from '../model/programs.ts';

/** Environment variable of the gateway's container that holds its secret. */
export const GATEWAY_SECRET = 'DEVENV_GATEWAY_SECRET';

const SOCKET_DIR = '/run/gefyra-devenv';

/** Where the gateway listens, inside its container. */
export const GATEWAY_SOCKET = `${SOCKET_DIR}/gateway.sock`;

/** What a gateway's container is made from. */
export interface GatewaySettings {
  readonly name: string;
  /** Image reference. */
  readonly image: string;
  /** Name of the container whose network namespace it joins. */
  readonly holderName: string;
  /** Ranges in CIDR notation that the service reaches directly. */
  readonly ownSubnets: readonly string[];
  /** Ports of the service's own loopback addresses that lead to the workload's. */
  readonly loopbackPorts: readonly number[];
  readonly mounts: readonly EngineMount[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The gateway's container: root inside, but with one capability and no way to more. */
export function gatewayContainer(settings: GatewaySettings): ContainerSpec {
  return {
    name: settings.name,
    image: settings.image,
    command: ['gateway'],
    environment: {
      [GATEWAY_SECRET]: randomBytes(24).toString('hex'),
      DEVENV_SOCKET: GATEWAY_SOCKET,
      DEVENV_OWN_SUBNETS: settings.ownSubnets.join(','),
      DEVENV_LOOPBACK_PORTS: settings.loopbackPorts.join(','),
    },
    labels: settings.labels,
    network: { kind: 'container', id: settings.holderName },
    user: `0:${EXEMPT_GROUP}`,
    mounts: settings.mounts,
    ports: [],
    capabilities: ['NET_ADMIN'],
    socketDir: SOCKET_DIR,
    autoRemove: false,
  };
}

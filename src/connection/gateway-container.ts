import { randomBytes } from 'node:crypto';
import type { ContainerSpec, EngineMount } from '../engine/index.ts';
import { EXEMPT_GROUP, gatewayEnvironment } from '../programs/index.ts';

const SOCKET_DIR = '/run/gefyra-devenv';

/** Where the gateway listens, inside its container. */
export const GATEWAY_SOCKET = `${SOCKET_DIR}/gateway.sock`;

/** What a gateway's container is made from. */
export interface GatewayContainer {
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
export function gatewayContainer(settings: GatewayContainer): ContainerSpec {
  return {
    name: settings.name,
    image: settings.image,
    command: ['gateway'],
    environment: gatewayEnvironment({
      secret: randomBytes(24).toString('hex'),
      socketPath: GATEWAY_SOCKET,
      ownSubnets: settings.ownSubnets,
      loopbackPorts: settings.loopbackPorts,
    }),
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

import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../engine/index.ts';
import { EXEMPT_GROUP } from '../model/programs.ts';

/** Environment variable of the gateway's container that holds its secret. */
export const GATEWAY_SECRET = 'DEVENV_GATEWAY_SECRET';

const SOCKET_DIR = '/run/gefyra-devenv';

/** Where the gateway listens, inside its container. */
export const GATEWAY_SOCKET = `${SOCKET_DIR}/gateway.sock`;

/** The gateway's container: root inside, but with one capability and no way to more. */
export function gatewayContainer(
  name: string,
  image: string,
  holderName: string,
  ownSubnets: readonly string[],
  loopbackPorts: readonly number[],
  labels: Readonly<Record<string, string>>,
): ContainerSpec {
  return {
    name,
    image,
    command: ['gateway'],
    environment: {
      [GATEWAY_SECRET]: randomBytes(24).toString('hex'),
      DEVENV_SOCKET: GATEWAY_SOCKET,
      DEVENV_OWN_SUBNETS: ownSubnets.join(','),
      DEVENV_LOOPBACK_PORTS: loopbackPorts.join(','),
    },
    labels,
    network: { kind: 'container', id: holderName },
    user: `0:${EXEMPT_GROUP}`,
    mounts: [],
    ports: [],
    capabilities: ['NET_ADMIN'],
    socketDir: SOCKET_DIR,
    autoRemove: false,
  };
}

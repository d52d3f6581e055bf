import type { ContainerSpec } from '../../src/engine/index.ts';

/** A container of the image `shop:dev` on the engine's own network; tests name only what matters to them. */
export function aContainerSpec(fields: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'gefyra-shop.app',
    image: 'shop:dev',
    environment: {},
    labels: {},
    network: { kind: 'network', name: 'bridge', aliases: [] },
    mounts: [],
    ports: [],
    autoRemove: false,
    ...fields,
  };
}

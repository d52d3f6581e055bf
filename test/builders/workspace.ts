import type { Bridge, Service, TargetRef } from '../../src/model/workspace.ts';

/** A service with defaults; tests name only what matters to them. */
export function aService(fields: Partial<Service> = {}): Service {
  return {
    name: 'app',
    image: 'shop:dev',
    command: undefined,
    entrypoint: undefined,
    workingDir: undefined,
    environment: {},
    volumes: [],
    ports: [],
    bridges: [],
    ...fields,
  };
}

/** A bridge from ports of a container to the same ports of the service. */
export function aBridge(target: string, ...ports: readonly number[]): Bridge {
  return { target: aTarget(target), ports: ports.map((port) => ({ container: port, local: port })) };
}

/** A reference in the file's spelling as a value. */
export function aTarget(text: string): TargetRef {
  const [kind, ...path] = text.split('/');
  if (kind !== 'container' && kind !== 'compose') throw new Error(`no such kind of target: ${text}`);
  return { kind, path };
}

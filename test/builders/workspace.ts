import { isFault } from '../../src/config/fault.ts';
import { parseTargetText } from '../../src/config/target-text.ts';
import { ORDINARY_CONTAINER, ORDINARY_NAMESPACE } from '../../src/model/container-settings.ts';
import { NO_HOOKS } from '../../src/model/hook.ts';
import type { Bridge, Healthcheck, Service, TargetRef, Workspace } from '../../src/model/workspace.ts';

/** A service with defaults; tests name only what matters to them. */
export function aService(fields: Partial<Service> = {}): Service {
  return {
    name: 'app',
    process: undefined,
    image: 'shop:dev',
    build: undefined,
    pullPolicy: 'missing',
    platform: undefined,
    command: undefined,
    entrypoint: undefined,
    workingDir: undefined,
    user: undefined,
    environment: {},
    envFrom: [],
    labels: {},
    volumes: [],
    ports: [],
    dependsOn: [],
    healthcheck: undefined,
    restart: { kind: 'no' },
    stopSignal: undefined,
    stopGraceMs: 10_000,
    hooks: NO_HOOKS,
    init: undefined,
    tty: false,
    stdinOpen: false,
    capAdd: [],
    extraHosts: [],
    memoryBytes: undefined,
    cpus: undefined,
    settings: ORDINARY_CONTAINER,
    namespace: ORDINARY_NAMESPACE,
    files: [],
    debug: undefined,
    outbound: { loopback: [] },
    bridges: [],
    ...fields,
  };
}

/** A health test that one failure is enough for; the fake engine says how it ends. */
export const A_HEALTHCHECK: Healthcheck = {
  kind: 'test',
  test: ['CMD', 'true'],
  intervalMs: 1000,
  timeoutMs: 1000,
  retries: 1,
  startPeriodMs: 0,
  startIntervalMs: 1000,
};

/** What a bridge is that takes whatever arrives at its ports. */
export const WHOLE_PORTS = {
  filter: undefined,
  probes: 'original',
  passOn: [],
  fallback: { kind: 'original' },
  keepsCache: false,
} as const satisfies Partial<Bridge>;

/** A bridge from ports of a container to the same ports of the service, of which it takes all. */
export function aBridge(target: string, ...ports: readonly number[]): Bridge {
  return {
    target: aTarget(target),
    ports: ports.map((port) => ({ container: port, local: port })),
    ...WHOLE_PORTS,
  };
}

/** A reference in the file's spelling as a value. */
export function aTarget(text: string): TargetRef {
  const target = parseTargetText(text);
  if (isFault(target)) throw new Error(`no such kind of target: ${text}`);
  return target;
}

/** A workspace of these services on Docker. */
export function aWorkspace(name: string, ...services: readonly Service[]): Workspace {
  return {
    name,
    file: `/work/${name}/gefyra.yaml`,
    connection: {
      platform: 'docker',
      context: undefined,
      namespace: undefined,
      drainMs: 10_000,
      agentImage: undefined,
      allow: undefined,
    },
    forwards: [],
    services: new Map(services.map((service) => [service.name, service])),
    volumes: [],
  };
}

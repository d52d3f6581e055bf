import {
  type Healthcheck,
  type Mount,
  type RestartPolicy,
  type Service,
  targetText,
  type Workspace,
} from '../model/workspace.ts';

/** A mapping as the file spells it; what is undefined is left out when it is written. */
type Written = Readonly<Record<string, unknown>>;

/**
 * A workspace as a file would say it, with nothing left to defaults: read again, it comes to the same workspace. Dollar
 * signs are not escaped yet. A field of a service that has no spelling of its own here is called by its name.
 */
export function written({ name, connection, services, volumes }: Workspace): Written {
  const { drainMs, agentImage, ...settings } = connection;
  const agent = agentImage === undefined ? undefined : { image: agentImage };
  return {
    name,
    connection: { ...settings, drain: duration(drainMs), agent },
    services: Object.fromEntries(
      [...services.values()].map((service) => [service.name, writtenService(service)]),
    ),
    volumes: Object.fromEntries(volumes.map((volume) => [volume.name, {}])),
  };
}

type Spellings = { readonly [Field in keyof Service]?: (value: Service[Field]) => Written };

const spellings: Spellings = {
  name: () => ({}),
  envFrom: (all) => ({
    env_from: all.map(({ target, ...names }) => ({ target: targetText(target), ...names })),
  }),
  volumes: (all) => ({ volumes: all.map(writtenMount) }),
  ports: (all) => ({ ports: all.map(({ hostIp, ...port }) => ({ ...port, host_ip: hostIp })) }),
  dependsOn: (all) => ({ depends_on: Object.fromEntries(all.map(({ service, ...how }) => [service, how])) }),
  healthcheck: (value) => ({ healthcheck: value && writtenHealthcheck(value) }),
  restart: (policy) => ({ restart: writtenRestart(policy) }),
  stopGraceMs: (ms) => ({ stop_grace_period: duration(ms) }),
  extraHosts: (all) => ({ extra_hosts: all.map(({ name, address }) => `${name}=${address}`) }),
  memoryBytes: (bytes) => ({ mem_limit: bytes }),
  bridges: (all) => ({
    bridges: all.map(({ target, ...rest }) => ({ target: targetText(target), ...rest })),
  }),
};

function writtenService(service: Service): Written {
  const known = spellings as Readonly<Record<string, ((value: unknown) => Written) | undefined>>;
  return Object.assign(
    {},
    ...Object.entries(service).map(
      ([field, value]) => known[field]?.(value) ?? { [field.replace(/[A-Z]/g, '_$&').toLowerCase()]: value },
    ),
  );
}

function writtenMount(mount: Mount): Written {
  const { kind: type, target } = mount;
  switch (mount.kind) {
    case 'bind':
      return { type, source: mount.source, target, read_only: mount.readOnly };
    case 'volume':
      return { type, source: mount.name, target, read_only: mount.readOnly };
    case 'tmpfs': {
      const mode = mount.mode === undefined ? undefined : `0o${mount.mode.toString(8)}`;
      return { type, target, tmpfs: { size: mount.sizeBytes, mode } };
    }
    case 'workload':
      return { type, source: mount.source, target };
  }
}

function writtenHealthcheck(healthcheck: Healthcheck): Written {
  if (healthcheck.kind === 'none') return { disable: true };
  const { intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs } = healthcheck;
  return {
    test: healthcheck.kind === 'test' ? healthcheck.test : undefined,
    interval: duration(intervalMs),
    timeout: duration(timeoutMs),
    retries,
    start_period: duration(startPeriodMs),
    start_interval: duration(startIntervalMs),
  };
}

function writtenRestart(policy: RestartPolicy): string {
  const { kind } = policy;
  return kind === 'on-failure' && policy.attempts !== undefined ? `${kind}:${policy.attempts}` : kind;
}

/** Milliseconds in the largest unit that needs no fraction. */
function duration(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  if (ms % 1000 === 0) return `${ms / 1000}s`;
  return Number.isInteger(ms) ? `${ms}ms` : `${Math.round(ms * 1_000_000)}ns`;
}

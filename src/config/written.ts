import type { Hook, Hooks } from '../model/hook.ts';
import {
  type Healthcheck,
  type RestartPolicy,
  type Service,
  targetText,
  type Workspace,
} from '../model/workspace.ts';
import { PROGRAM_KEYS } from './program-keys.ts';
import { writtenBuild } from './written-build.ts';
import { writtenContainer } from './written-container.ts';
import { WrittenContents } from './written-contents.ts';
import { writtenFilter } from './written-filter.ts';
import { writtenMounts, writtenVolume } from './written-mounts.ts';

/** A mapping as the file spells it; what is undefined is left out when it is written. */
type Written = Readonly<Record<string, unknown>>;

/**
 * A workspace as a file would say it: read again, it comes to the same workspace. Nothing is left to defaults but what
 * containers, builds and volumes have beyond the ordinary. Dollar signs are not escaped yet. A field of a service that has
 * no spelling of its own here is called by its name.
 */
export function written({ name, connection, services, forwards, volumes }: Workspace): Written {
  const { drainMs, agentImage, ...settings } = connection;
  const agent = agentImage === undefined ? undefined : { image: agentImage };
  const contents = new WrittenContents();
  const writtenServices = [...services.values()].map(
    (service) => [service.name, writtenService(service, contents)] as const,
  );
  return {
    name,
    connection: { ...settings, drain: duration(drainMs), agent },
    services: Object.fromEntries(writtenServices),
    forwards: forwards.map(({ hostIp, target, ...forward }) => ({
      host_ip: hostIp,
      ...forward,
      target: target.kind === 'namespace' ? undefined : targetText(target),
    })),
    volumes: Object.fromEntries(volumes.map((volume) => [volume.name, writtenVolume(volume)])),
    ...contents.declared,
  };
}

/** A service without the fields that are spelled together with others. */
type Plain = Omit<Service, 'name' | 'settings' | 'namespace'>;

type Spellings = {
  readonly [Field in keyof Plain]?: (value: Plain[Field], contents: WrittenContents) => Written;
};

const spellings: Spellings = {
  build: (build, contents) => ({ build: build && writtenBuild(build, contents) }),
  envFrom: (all) => ({
    env_from: all.map(({ target, ...names }) => ({ target: targetText(target), ...names })),
  }),
  volumes: writtenMounts,
  ports: (all) => ({ ports: all.map(({ hostIp, ...port }) => ({ ...port, host_ip: hostIp })) }),
  dependsOn: (all) => ({ depends_on: Object.fromEntries(all.map(({ service, ...how }) => [service, how])) }),
  healthcheck: (value) => ({ healthcheck: value && writtenHealthcheck(value) }),
  restart: (policy) => ({ restart: writtenRestart(policy) }),
  stopGraceMs: (ms) => ({ stop_grace_period: duration(ms) }),
  hooks: writtenHooks,
  extraHosts: (all) => ({ extra_hosts: all.map(({ name, address }) => `${name}=${address}`) }),
  memoryBytes: (bytes) => ({ mem_limit: bytes }),
  files: (all, contents) => contents.ofService(all),
  bridges: (all) => ({
    bridges: all.map(({ target, ports, filter, probes, passOn, keepsCache, fallback }) => ({
      target: targetText(target),
      ports,
      ...writtenFilter(filter),
      probes: probes === 'original' ? undefined : probes,
      on_answer: passOn.length === 0 ? undefined : { pass_on: passOn },
      cache: keepsCache ? 'keep' : undefined,
      ...(fallback.kind !== 'original' && {
        fallback: fallback.kind === 'fail' ? 'fail' : { wait: duration(fallback.ms) },
      }),
    })),
  }),
};

function writtenService(
  { name: _, settings, namespace, ...service }: Service,
  contents: WrittenContents,
): Written {
  const known = spellings as Readonly<
    Record<string, ((value: unknown, contents: WrittenContents) => Written) | undefined>
  >;
  const all = Object.assign(
    {},
    ...Object.entries(service).map(
      ([field, value]) =>
        known[field]?.(value, contents) ?? { [field.replace(/[A-Z]/g, '_$&').toLowerCase()]: value },
    ),
    writtenContainer(settings, namespace),
  ) as Written;
  if (service.process === undefined) return all;
  return Object.fromEntries(Object.entries(all).filter(([key]) => PROGRAM_KEYS.has(key)));
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

/** Lists that are empty are left out. */
function writtenHooks({ postStart, preStop }: Hooks): Written {
  return {
    ...(postStart.length === 0 ? {} : { post_start: postStart.map(writtenHook) }),
    ...(preStop.length === 0 ? {} : { pre_stop: preStop.map(writtenHook) }),
  };
}

function writtenHook({ workingDir, privileged, ...hook }: Hook): Written {
  return { ...hook, privileged: privileged || undefined, working_dir: workingDir };
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

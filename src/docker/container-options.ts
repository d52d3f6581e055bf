import type { ContainerCreateOptions, HealthConfig, HostConfig, MountSettings, PortMap } from 'dockerode';
import type { ContainerSpec, EngineMount } from '../engine/index.ts';
import type { Healthcheck, PublishedPort } from '../model/workspace.ts';
import { isOldForm, namespaceOf, oldForms, settingsOf } from './container-settings.ts';
import { socketDirectoryLabel } from './socket-directory.ts';

/**
 * The engine's form of a container's specification.
 * `socketDirectory` is the directory of this machine to mount at the spec's `socketDir`; undefined = none is shared,
 * and the container gets an empty one of its own there.
 */
export function containerOptions(
  spec: ContainerSpec,
  socketDirectory: string | undefined,
): ContainerCreateOptions {
  const labels =
    socketDirectory === undefined ? spec.labels : { ...spec.labels, [socketDirectoryLabel]: socketDirectory };
  return {
    name: spec.name,
    Image: spec.image,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...labels },
    ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(spec, socketDirectory),
    // One empty word is the engine's way to say "none"; an empty list would mean the image's own command.
    ...(spec.entrypoint === undefined
      ? {}
      : { Entrypoint: spec.entrypoint.length === 0 ? [''] : [...spec.entrypoint] }),
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
    ...(spec.healthcheck === undefined ? {} : { Healthcheck: healthcheckOf(spec.healthcheck) }),
    ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
    ...(spec.tty === true ? { Tty: true } : {}),
    ...(spec.stdinOpen === true || spec.attached === true ? { OpenStdin: true } : {}),
    ...(spec.attached === true ? { StdinOnce: true } : {}),
    ...(spec.platform === undefined ? {} : { platform: spec.platform }),
    ...(spec.namespace?.hostname === undefined ? {} : { Hostname: spec.namespace.hostname }),
    ...(spec.namespace?.domainname === undefined ? {} : { Domainname: spec.namespace.domainname }),
    ...(spec.network.kind === 'network' && spec.network.aliases.length > 0
      ? {
          NetworkingConfig: {
            EndpointsConfig: { [spec.network.name]: { Aliases: [...spec.network.aliases] } },
          },
        }
      : {}),
  };
}

function hostConfig(spec: ContainerSpec, socketDirectory: string | undefined): HostConfig {
  const shared =
    spec.socketDir === undefined || socketDirectory === undefined
      ? []
      : [{ kind: 'bind' as const, source: socketDirectory, target: spec.socketDir, readOnly: false }];
  return {
    NetworkMode: spec.network.kind === 'container' ? `container:${spec.network.id}` : spec.network.name,
    RestartPolicy: { Name: 'no' },
    AutoRemove: spec.autoRemove,
    // Mounts, not Binds: with Binds the engine makes a missing source itself, as an empty directory of root.
    Mounts: [...spec.mounts, ...shared].filter((mount) => !isOldForm(mount)).map(mountOf),
    ...oldForms(spec.mounts),
    ...limitsOf(spec),
    ...(spec.settings === undefined ? {} : settingsOf(spec.settings)),
    ...(spec.namespace === undefined ? {} : namespaceOf(spec.namespace)),
    ...(spec.init === undefined ? {} : { Init: spec.init }),
    ...(spec.extraHosts === undefined || spec.extraHosts.length === 0
      ? {}
      : { ExtraHosts: spec.extraHosts.map(({ name, address }) => `${name}:${address}`) }),
    ...(spec.extraCapabilities === undefined || spec.extraCapabilities.length === 0
      ? {}
      : { CapAdd: [...spec.extraCapabilities] }),
    PortBindings: portBindings(spec.ports),
    ...(spec.socketDir !== undefined && socketDirectory === undefined
      ? { Tmpfs: { ...oldForms(spec.mounts).Tmpfs, [spec.socketDir]: 'mode=0777' } }
      : {}),
    ...(spec.capabilities === undefined
      ? {}
      : { CapDrop: ['ALL'], CapAdd: [...spec.capabilities], SecurityOpt: ['no-new-privileges'] }),
  };
}

function mountOf(mount: EngineMount): MountSettings {
  switch (mount.kind) {
    case 'bind':
      return {
        Type: 'bind',
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        ...bindOptions(mount),
      };
    case 'volume':
      return {
        Type: 'volume',
        Source: mount.name ?? '',
        Target: mount.target,
        ReadOnly: mount.readOnly,
        ...volumeOptions(mount),
      };
    case 'tmpfs': {
      const { sizeBytes, mode } = mount;
      // The client's types ask for both; the engine takes either alone.
      const options = {
        ...(sizeBytes === undefined ? {} : { SizeBytes: sizeBytes }),
        ...(mode === undefined ? {} : { Mode: mode }),
      } as { SizeBytes: number; Mode: number };
      return { Type: 'tmpfs', Source: '', Target: mount.target, TmpfsOptions: options };
    }
  }
}

/** An engine elsewhere makes a missing source by itself; engines before API 1.42 refuse it as they always did. */
function bindOptions({ makesSource, propagation }: Extract<EngineMount, { kind: 'bind' }>) {
  if (!makesSource && propagation === undefined) return {};
  // The client's types do not know all of it.
  const options = {
    ...(makesSource ? { CreateMountpoint: true } : {}),
    ...(propagation === undefined ? {} : { Propagation: propagation }),
  } as MountSettings['BindOptions'];
  return { BindOptions: options };
}

function volumeOptions({ inMemory: memory, noCopy, subpath }: Extract<EngineMount, { kind: 'volume' }>) {
  if (memory !== undefined) return { VolumeOptions: inMemory(memory.labels) };
  if (!noCopy && subpath === undefined) return {};
  const options = {
    ...(noCopy ? { NoCopy: true } : {}),
    ...(subpath === undefined ? {} : { Subpath: subpath }),
  } as MountSettings['VolumeOptions'];
  return { VolumeOptions: options };
}

function inMemory(labels: Readonly<Record<string, string>>): NonNullable<MountSettings['VolumeOptions']> {
  const Options = { type: 'tmpfs', device: 'tmpfs', o: 'mode=0755,nosuid,nodev' };
  return { NoCopy: true, Labels: { ...labels }, DriverConfig: { Name: 'local', Options } };
}

function limitsOf({ memoryBytes, cpus }: ContainerSpec): HostConfig {
  return {
    ...(memoryBytes === undefined ? {} : { Memory: memoryBytes }),
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
  };
}

const NANOSECONDS = 1_000_000;

/** The engine takes zero, and a missing field, for the image's own. */
function healthcheckOf(check: Healthcheck): HealthConfig {
  if (check.kind === 'none') return { Test: ['NONE'] };
  const nanoseconds = (ms: number | undefined) => (ms === undefined ? 0 : ms * NANOSECONDS);
  return {
    ...(check.kind === 'test' ? { Test: [...check.test] } : {}),
    Interval: nanoseconds(check.intervalMs),
    Timeout: nanoseconds(check.timeoutMs),
    Retries: check.retries ?? 0,
    StartPeriod: nanoseconds(check.startPeriodMs),
    // Engines before API 1.44 ignore it and test at the interval.
    StartInterval: nanoseconds(check.startIntervalMs),
  };
}

function portBindings(ports: readonly PublishedPort[]): PortMap {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const ofTarget = bindings[portKey(port)] ?? [];
    ofTarget.push({
      HostIp: port.hostIp,
      HostPort: port.published === undefined ? '' : String(port.published),
    });
    bindings[portKey(port)] = ofTarget;
  }
  return bindings;
}

function portKey(port: PublishedPort): string {
  return `${port.target}/${port.protocol}`;
}

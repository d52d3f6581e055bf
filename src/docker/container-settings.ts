import type { HostConfig } from 'dockerode';
import type { ContainerSpec, EngineMount, EngineSettings } from '../engine/index.ts';

/** What a container gets of kernel and engine beyond the ordinary, in the engine's form; what is ordinary is left out. */
export function settingsOf(settings: EngineSettings): HostConfig {
  const config = {
    CapDrop: settings.capDrop,
    Privileged: settings.privileged,
    SecurityOpt: settings.securityOptions,
    ReadonlyRootfs: settings.readOnly,
    Devices: settings.devices.map(({ source, target, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: settings.deviceRules,
    DeviceRequests: settings.deviceRequests.map(({ driver, count, ids, capabilities, options }) => ({
      Driver: driver ?? '',
      Count: count ?? 0,
      DeviceIDs: ids,
      Capabilities: [capabilities],
      Options: options,
    })),
    GroupAdd: settings.groups,
    Ulimits: settings.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Sysctls: settings.sysctls,
    ShmSize: settings.shmBytes,
    PidMode: settings.pid,
    IpcMode: settings.ipc,
    UsernsMode: settings.userNamespace,
    CgroupnsMode: settings.cgroupNamespace,
    CgroupParent: settings.cgroupParent,
    Runtime: settings.runtime,
    MemoryReservation: settings.memoryReservationBytes,
    MemorySwap: settings.memorySwapBytes,
    MemorySwappiness: settings.swappiness,
    CpuShares: settings.cpuShares,
    CpuPeriod: settings.cpuPeriodUs,
    CpuQuota: settings.cpuQuotaUs,
    CpusetCpus: settings.cpuset,
    PidsLimit: settings.pidsLimit,
    OomKillDisable: settings.oomKillDisable,
    OomScoreAdj: settings.oomScoreAdj,
    VolumesFrom: settings.volumesFrom,
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => saysSomething(value))) as HostConfig;
}

/** What belongs to a container's own network, in the engine's form; its names stand elsewhere. */
export function namespaceOf({
  dns,
  dnsSearch,
  dnsOptions,
  sysctls,
}: NonNullable<ContainerSpec['namespace']>): HostConfig {
  const config = { Dns: dns, DnsSearch: dnsSearch, DnsOptions: dnsOptions, Sysctls: sysctls };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => saysSomething(value))) as HostConfig;
}

/** Whether a mount can be said in the engine's older form only: labels of SELinux, and the kernel's own options. */
export function isOldForm(mount: EngineMount): boolean {
  return (
    (mount.kind === 'bind' && mount.selinux !== undefined) ||
    (mount.kind === 'tmpfs' && mount.options !== undefined)
  );
}

/** The mounts of the older form. */
export function oldForms(mounts: readonly EngineMount[]): Pick<HostConfig, 'Binds' | 'Tmpfs'> {
  const binds: string[] = [];
  const memory: Record<string, string> = {};
  for (const mount of mounts) {
    if (mount.kind === 'bind' && mount.selinux !== undefined) {
      const options = [
        mount.readOnly ? 'ro' : 'rw',
        mount.selinux,
        ...(mount.propagation === undefined ? [] : [mount.propagation]),
      ];
      binds.push(`${mount.source}:${mount.target}:${options.join(',')}`);
    }
    if (mount.kind === 'tmpfs' && mount.options !== undefined) memory[mount.target] = mount.options;
  }
  return {
    ...(binds.length === 0 ? {} : { Binds: binds }),
    ...(Object.keys(memory).length === 0 ? {} : { Tmpfs: memory }),
  };
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === false) return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

import { isDeepStrictEqual } from 'node:util';
import { fingerprint } from '../common/fingerprint.ts';
import { type ContainerSettings, ORDINARY_CONTAINER } from '../model/container-settings.ts';
import type { Service } from '../model/workspace.ts';

/**
 * Fingerprint of everything a service container is made from, aspect by aspect in the file's words. Ports and hosts
 * belong to the gateway's container, bridges to the agent; restart and dependencies are the session's and make no other container.
 */
export function serviceConfig(
  service: Service,
  imageId: string | undefined,
  environment: Readonly<Record<string, string>>,
): string {
  return fingerprint({
    ...aspectsOf(service.settings),
    ...(service.files.length === 0 ? {} : { files: service.files }),
    ...(service.hooks.postStart.length === 0 ? {} : { post_start: service.hooks.postStart }),
    ...(service.hooks.preStop.length === 0 ? {} : { pre_stop: service.hooks.preStop }),
    cap_add: service.capAdd,
    command: service.command,
    cpus: service.cpus,
    debug: service.debug,
    entrypoint: service.entrypoint,
    environment: Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1)),
    healthcheck: service.healthcheck,
    image: imageId,
    init: service.init,
    labels: Object.entries(service.labels).sort(([left], [right]) => (left < right ? -1 : 1)),
    mem_limit: service.memoryBytes,
    platform: service.platform,
    process: service.process,
    stdin_open: service.stdinOpen,
    stop_signal: service.stopSignal,
    tty: service.tty,
    user: service.user,
    volumes: service.volumes,
    working_dir: service.workingDir,
  });
}

/** What of these is not as usual; what is usual tells nothing of two containers apart. */
function aspectsOf(settings: ContainerSettings): Readonly<Record<string, unknown>> {
  const usual: Readonly<Record<string, unknown>> = { ...ORDINARY_CONTAINER };
  const given = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, usual[name]));
  return Object.fromEntries(given.map(([name, value]) => [inWordsOfFile[name] ?? name, value]));
}

/** Names of aspects that the file spells otherwise. */
const inWordsOfFile: Readonly<Record<string, string>> = {
  capDrop: 'cap_drop',
  securityOptions: 'security_opt',
  readOnly: 'read_only',
  deviceRules: 'device_cgroup_rules',
  deviceRequests: 'gpus',
  groups: 'group_add',
  shmBytes: 'shm_size',
  userNamespace: 'userns_mode',
  cgroupNamespace: 'cgroup',
  cgroupParent: 'cgroup_parent',
  memoryReservationBytes: 'mem_reservation',
  memorySwapBytes: 'memswap_limit',
  swappiness: 'mem_swappiness',
  cpuShares: 'cpu_shares',
  cpuPeriodUs: 'cpu_period',
  cpuQuotaUs: 'cpu_quota',
  pidsLimit: 'pids_limit',
  oomKillDisable: 'oom_kill_disable',
  oomScoreAdj: 'oom_score_adj',
  volumesFrom: 'volumes_from',
};

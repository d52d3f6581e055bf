import { isDeepStrictEqual } from 'node:util';
import {
  type ContainerSettings,
  type MountsOf,
  type NamespaceSettings,
  ORDINARY_CONTAINER,
  ORDINARY_NAMESPACE,
  type SharedNamespace,
} from '../model/container-settings.ts';

/** A mapping as the file spells it; what is undefined is left out when it is written. */
type Written = Readonly<Record<string, unknown>>;

type Spellings<Settings> = { readonly [Field in keyof Settings]: (value: Settings[Field]) => Written };

const ofContainer: Spellings<Omit<ContainerSettings, 'sysctls'>> = {
  capDrop: (all) => ({ cap_drop: all }),
  privileged: (value) => ({ privileged: value }),
  securityOptions: (all) => ({ security_opt: all }),
  readOnly: (value) => ({ read_only: value }),
  devices: (all) => ({ devices: all }),
  deviceRules: (all) => ({ device_cgroup_rules: all }),
  deviceRequests: (all) => ({
    gpus: all.map(({ ids, count, ...request }) => ({
      ...request,
      ...(ids.length > 0 ? { device_ids: ids } : { count: count === -1 ? 'all' : count }),
    })),
  }),
  groups: (all) => ({ group_add: all }),
  ulimits: (all) => ({ ulimits: Object.fromEntries(all.map(({ name, ...limit }) => [name, limit])) }),
  shmBytes: (bytes) => ({ shm_size: bytes }),
  pid: (shared) => ({ pid: namespaceText(shared) }),
  ipc: (shared) => ({ ipc: namespaceText(shared) }),
  userNamespace: (value) => ({ userns_mode: value }),
  cgroupNamespace: (value) => ({ cgroup: value }),
  cgroupParent: (value) => ({ cgroup_parent: value }),
  runtime: (value) => ({ runtime: value }),
  memoryReservationBytes: (bytes) => ({ mem_reservation: bytes }),
  memorySwapBytes: (bytes) => ({ memswap_limit: bytes }),
  swappiness: (value) => ({ mem_swappiness: value }),
  cpuShares: (value) => ({ cpu_shares: value }),
  cpuPeriodUs: (microseconds) => ({ cpu_period: microseconds }),
  cpuQuotaUs: (microseconds) => ({ cpu_quota: microseconds }),
  cpuset: (value) => ({ cpuset: value }),
  pidsLimit: (value) => ({ pids_limit: value }),
  oomKillDisable: (value) => ({ oom_kill_disable: value }),
  oomScoreAdj: (value) => ({ oom_score_adj: value }),
  volumesFrom: (all) => ({ volumes_from: all.map(mountsText) }),
};

const ofNamespace: Spellings<Omit<NamespaceSettings, 'sysctls'>> = {
  networkMode: (mode) => ({ network_mode: mode?.kind === 'service' ? `service:${mode.name}` : mode?.kind }),
  hostname: (value) => ({ hostname: value }),
  domainname: (value) => ({ domainname: value }),
  aliases: (all) => ({ networks: { default: { aliases: all } } }),
  dns: (all) => ({ dns: all }),
  dnsSearch: (all) => ({ dns_search: all }),
  dnsOptions: (all) => ({ dns_opt: all }),
};

/** What a container and its network have beyond the ordinary, as keys of the service; nothing where all is as usual. */
export function writtenContainer(settings: ContainerSettings, namespace: NamespaceSettings): Written {
  const sysctls = { ...settings.sysctls, ...namespace.sysctls };
  return {
    ...spelled(settings, ORDINARY_CONTAINER, ofContainer),
    ...spelled(namespace, ORDINARY_NAMESPACE, ofNamespace),
    ...(Object.keys(sysctls).length > 0 ? { sysctls } : {}),
  };
}

function spelled(given: object, usual: object, spellings: object): Written {
  const others: Written = { ...usual };
  const known = spellings as Readonly<Record<string, ((value: unknown) => Written) | undefined>>;
  const unusual = Object.entries(given).filter(([name, value]) => !isDeepStrictEqual(value, others[name]));
  return Object.assign({}, ...unusual.map(([name, value]) => known[name]?.(value)));
}

function namespaceText(shared: SharedNamespace | undefined): string | undefined {
  if (shared === undefined) return undefined;
  return 'name' in shared ? `${shared.kind}:${shared.name}` : shared.kind;
}

function mountsText({ kind, name, readOnly }: MountsOf): string {
  return `${kind === 'container' ? 'container:' : ''}${name}:${readOnly ? 'ro' : 'rw'}`;
}

/**
 * What a container gets of kernel and engine beyond the ordinary. Empty lists, empty records and undefined stand for the
 * engine's own settings.
 */
export interface ContainerSettings {
  /** Kernel capabilities that it does not get, upper case and without `CAP_`, each once. */
  readonly capDrop: readonly string[];
  /** Whether it may do everything that the machine's root may; default false. */
  readonly privileged: boolean;
  /** Options of the kernel's security modules in the engine's spelling, e.g. `no-new-privileges:true`. */
  readonly securityOptions: readonly string[];
  /** Whether its own file system cannot be written to; default false. */
  readonly readOnly: boolean;
  readonly devices: readonly Device[];
  /** Rules for devices as control groups have them, e.g. `c 1:3 mr`. */
  readonly deviceRules: readonly string[];
  /** Devices that a driver of the engine gives, such as graphics processors. */
  readonly deviceRequests: readonly DeviceRequest[];
  /** Further groups of the program, names or ids. */
  readonly groups: readonly string[];
  readonly ulimits: readonly Ulimit[];
  /** Parameters of the kernel by name, without those of the network. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Size of `/dev/shm`, bytes. */
  readonly shmBytes: number | undefined;
  /** Whose processes it sees besides its own. */
  readonly pid: SharedNamespace | undefined;
  /** With whom it shares memory. */
  readonly ipc: SharedNamespace | undefined;
  /** `host`: ids of users are the machine's. */
  readonly userNamespace: string | undefined;
  /** `host` or `private`: which control groups it sees. */
  readonly cgroupNamespace: string | undefined;
  /** Control group under which its own lies. */
  readonly cgroupParent: string | undefined;
  /** What runs it, by the engine's name. */
  readonly runtime: string | undefined;
  /** Memory that it keeps when the machine runs short, bytes. */
  readonly memoryReservationBytes: number | undefined;
  /** Most memory and swap together, bytes; -1 = no limit. */
  readonly memorySwapBytes: number | undefined;
  /** How readily its memory is swapped, 0 to 100. */
  readonly swappiness: number | undefined;
  /** Share of the processors when they are busy; 1024 is as usual. */
  readonly cpuShares: number | undefined;
  /** Period in which `cpuQuotaUs` counts, microseconds. */
  readonly cpuPeriodUs: number | undefined;
  /** Most time on processors in each period, microseconds. */
  readonly cpuQuotaUs: number | undefined;
  /** Processors that it may use, e.g. `0-1`. */
  readonly cpuset: string | undefined;
  /** Most processes and threads; -1 = no limit. */
  readonly pidsLimit: number | undefined;
  /** Whether its processes are spared when the memory ends; default false. */
  readonly oomKillDisable: boolean;
  /** How readily its processes are killed when the memory ends, -1000 to 1000. */
  readonly oomScoreAdj: number | undefined;
  /** Whose mounts it has as well. */
  readonly volumesFrom: readonly MountsOf[];
}

/** A device of the machine inside a container. */
export interface Device {
  /** Absolute path on the machine. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  /** Of `r`, `w` and `m`; default all three. */
  readonly permissions: string;
}

/** Devices of a kind. */
export interface DeviceRequest {
  /** Name of the driver; undefined = any that fits. */
  readonly driver: string | undefined;
  /** How many; -1 = all; undefined where `ids` says which. */
  readonly count: number | undefined;
  /** Which ones; empty = as many as `count` says. */
  readonly ids: readonly string[];
  /** What they must be able to do, e.g. `gpu`. */
  readonly capabilities: readonly string[];
  /** Options of the driver by name. */
  readonly options: Readonly<Record<string, string>>;
}

/** A limit of processes; -1 = no limit. */
export interface Ulimit {
  /** In lower case, e.g. `nofile`. */
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** A namespace of the kernel that is another's, or shared in one of the engine's ways. */
export type SharedNamespace =
  | { readonly kind: 'host' | 'private' | 'shareable' | 'none' }
  /** That of another service of the file. */
  | { readonly kind: 'service'; readonly name: string }
  /** That of any container of the engine. */
  | { readonly kind: 'container'; readonly name: string };

/** A container whose mounts another one has as well. */
export interface MountsOf {
  readonly kind: 'service' | 'container';
  /** Name of the service in the file, or of the container in the engine. */
  readonly name: string;
  readonly readOnly: boolean;
}

/** What belongs to a service's network namespace rather than to its container. */
export interface NamespaceSettings {
  /** Undefined = the project's network, and with bridges that of the workload. */
  readonly networkMode: NetworkMode | undefined;
  /** Name that the container has for itself; undefined = an id of the engine's. */
  readonly hostname: string | undefined;
  /** Domain of that name. */
  readonly domainname: string | undefined;
  /** Further names under which the other services find it, each once. */
  readonly aliases: readonly string[];
  /** Name servers to ask; empty = the engine's. They are not asked within a workload's network. */
  readonly dns: readonly string[];
  /** Domains in which short names are looked up. */
  readonly dnsSearch: readonly string[];
  /** Options of the resolver, e.g. `ndots:2`. */
  readonly dnsOptions: readonly string[];
  /** Parameters of the kernel's network by name, e.g. `net.core.somaxconn`. */
  readonly sysctls: Readonly<Record<string, string>>;
}

/** Whose network a service is in, when it is in none of its own. */
export type NetworkMode =
  /** In none: it reaches itself alone. `host`: that of the machine on which the engine runs. */
  | { readonly kind: 'none' | 'host' }
  /** That of another service of the file, which has one of its own. */
  | { readonly kind: 'service'; readonly name: string };

/** A file, or a symbolic link, that is put into a container before its program begins. */
export interface PlacedFile {
  /** Absolute path in the container. */
  readonly target: string;
  /** Empty for a link. */
  readonly content: string;
  /** Where a symbolic link leads; absent = it is a file. */
  readonly link?: string;
  /** Whether nobody may see the content: it is then shown masked. */
  readonly isSecret: boolean;
  /** Id of its user; default 0. */
  readonly uid: number;
  /** Id of its group; default 0. */
  readonly gid: number;
  /** Permission bits; default 0o444. */
  readonly mode: number;
}

/** Nothing beyond the ordinary. */
export const ORDINARY_CONTAINER: ContainerSettings = {
  capDrop: [],
  privileged: false,
  securityOptions: [],
  readOnly: false,
  devices: [],
  deviceRules: [],
  deviceRequests: [],
  groups: [],
  ulimits: [],
  sysctls: {},
  shmBytes: undefined,
  pid: undefined,
  ipc: undefined,
  userNamespace: undefined,
  cgroupNamespace: undefined,
  cgroupParent: undefined,
  runtime: undefined,
  memoryReservationBytes: undefined,
  memorySwapBytes: undefined,
  swappiness: undefined,
  cpuShares: undefined,
  cpuPeriodUs: undefined,
  cpuQuotaUs: undefined,
  cpuset: undefined,
  pidsLimit: undefined,
  oomKillDisable: false,
  oomScoreAdj: undefined,
  volumesFrom: [],
};

/** A network namespace as the engine makes it. */
export const ORDINARY_NAMESPACE: NamespaceSettings = {
  networkMode: undefined,
  hostname: undefined,
  domainname: undefined,
  aliases: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  sysctls: {},
};

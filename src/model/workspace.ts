import type { Filter } from '../match/index.ts';
import type { Build } from './build.ts';
import type { ContainerSettings, NamespaceSettings, PlacedFile } from './container-settings.ts';
import type { Forward } from './forward.ts';
import type { Hooks } from './hook.ts';
import type { Mount, NamedVolume } from './mount.ts';

export type { Build } from './build.ts';
export type {
  BindMount,
  Mount,
  NamedVolume,
  TmpfsMount,
  VolumeMount,
  VolumeSettings,
  WorkloadMount,
} from './mount.ts';

/** The validated content of a `gefyra.yaml`: defaults applied, paths absolute, short forms made long. */
export interface Workspace {
  /** Project name: lower-case letters, digits, `-` and `_`. Default: the name of the file's directory. */
  readonly name: string;
  /** Absolute path of the file it came from. */
  readonly file: string;
  /** Where the targets live and how they are reached. */
  readonly connection: ConnectionSettings;
  /** Service containers by name, in the order of the file. */
  readonly services: ReadonlyMap<string, Service>;
  /** Ports of this machine that lead to what workloads reach, in the order of the file. */
  readonly forwards: readonly Forward[];
  /** Named volumes, declared for the mounts of the services, in the order of the file. */
  readonly volumes: readonly NamedVolume[];
}

/** Platforms a target can live on. */
export type PlatformKind = 'docker' | 'kubernetes';

/** The file's `connection`. */
export interface ConnectionSettings {
  /** Given by the file, or inferred from the kinds of the targets; `docker` when nothing says otherwise. */
  readonly platform: PlatformKind;
  /** Context of the kubeconfig; undefined = its current one. On `docker` always undefined. */
  readonly context: string | undefined;
  /** Namespace of the targets; undefined = the context's. On `docker` always undefined. */
  readonly namespace: string | undefined;
  /** How long requests in flight may take when a bridge closes, milliseconds. */
  readonly drainMs: number;
  /** Image that agent and gateway run from; undefined = the one this version builds or pulls itself. */
  readonly agentImage: string | undefined;
  /**
   * Contexts and addresses of engines and clusters that may be used, as the file spells them: all others are refused.
   * Undefined = the file does not say.
   */
  readonly allow: readonly string[] | undefined;
}

/** One service: a container, or a program of this machine. */
export interface Service {
  readonly name: string;
  /** Program and arguments that run as this user on this machine; undefined = the service is a container. */
  readonly process: readonly string[] | undefined;
  /** Image reference as the engine knows it. For a service that is only built: `gefyra-PROJECT-SERVICE`. Empty with `process`. */
  readonly image: string;
  /** How to make the image, which then gets the reference above; undefined = it is not built. */
  readonly build: Build | undefined;
  /**
   * `missing`, the default: the image is fetched, or built where there is a `build`, when the engine does not have it.
   * `always`: it is fetched at every start; `build`: built at every start; `never`: never fetched.
   */
  readonly pullPolicy: PullPolicy;
  /** Operating system and architecture, e.g. `linux/arm64`; undefined = the engine's own. */
  readonly platform: string | undefined;
  /** Arguments; undefined = the image's own. */
  readonly command: readonly string[] | undefined;
  /** Program; undefined = the image's own, empty = none. */
  readonly entrypoint: readonly string[] | undefined;
  /** Absolute path inside the container, or of this machine; undefined = the image's own, never with `process`. */
  readonly workingDir: string | undefined;
  /** `USER[:GROUP]`, names or ids; undefined = the image's own. */
  readonly user: string | undefined;
  /** Variables by name, with those of env files, over which the ones spelled out in the file win. */
  readonly environment: Readonly<Record<string, string>>;
  /** Workloads whose variables the service gets as well, a later one over an earlier; `environment` is over all. */
  readonly envFrom: readonly EnvironmentSource[];
  /** Labels of the container by name; none of ours among them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly Mount[];
  readonly ports: readonly PublishedPort[];
  /** What starts before this service, each service once. */
  readonly dependsOn: readonly Dependency[];
  /** How the engine finds out whether the service works; undefined = as the image says. */
  readonly healthcheck: Healthcheck | undefined;
  /** What happens when the program ends by itself; default `no`. */
  readonly restart: RestartPolicy;
  /** `SIGTERM`, or a number as text: what asks the program to end; undefined = as the image says, else SIGTERM. */
  readonly stopSignal: string | undefined;
  /**
   * How long the program may take to end when asked to, milliseconds; default 10000, or 1000 with a debugger: a program
   * that stands at a breakpoint hears nothing.
   */
  readonly stopGraceMs: number;
  /** Commands that run in the container when it has started, and before it is stopped. */
  readonly hooks: Hooks;
  /** Whether a small init runs as process 1, passes signals on and reaps; undefined = the engine's own setting. */
  readonly init: boolean | undefined;
  /** Whether the program gets a terminal. */
  readonly tty: boolean;
  /** Whether the program's standard input stays open. */
  readonly stdinOpen: boolean;
  /** Kernel capabilities beyond the engine's defaults, upper case and without `CAP_`, each once. */
  readonly capAdd: readonly string[];
  /** Lines of the container's `/etc/hosts` beyond the engine's own. */
  readonly extraHosts: readonly ExtraHost[];
  /** Most memory the container may use, bytes; undefined = no limit. */
  readonly memoryBytes: number | undefined;
  /** Most processors it may use, as a number of them such as 0.5; undefined = no limit. */
  readonly cpus: number | undefined;
  /** What else it gets of kernel and engine. */
  readonly settings: ContainerSettings;
  /** Names, name servers and parameters of its network. */
  readonly namespace: NamespaceSettings;
  /** Files that are put into it: secrets and configs that are not mounted. */
  readonly files: readonly PlacedFile[];
  /** How the program runs under a debugger; undefined = it does not. */
  readonly debug: Debug | undefined;
  /** What leaves the service otherwise than through the workload's network. */
  readonly outbound: Outbound;
  readonly bridges: readonly Bridge[];
  /** Its program is made, and not started: somebody runs it with their own streams. Never said by a file; default false. */
  readonly attached?: boolean;
}

/** Debuggers that devenv knows how to start; `generic` is any other. */
export type DebuggerType = 'debugpy' | 'node' | 'go' | 'java' | 'generic';

/** How a program runs under a debugger. */
export interface Debug {
  readonly type: DebuggerType;
  /** Port on which the debugger listens in the container, and on 127.0.0.1 of this machine. */
  readonly port: number;
  /** Whether the program begins only when a debugger has attached; default false. */
  readonly wait: boolean;
  /** Takes the place of the service's command; undefined = devenv changes that one. */
  readonly command: readonly string[] | undefined;
}

/** What a service reaches. */
export interface Outbound {
  /** Ports of the service's own 127.0.0.1 that lead to the same ports of the workload's 127.0.0.1; none by default. */
  readonly loopback: readonly number[];
}

/** The file's words for when an image is fetched or built. */
export type PullPolicy = 'always' | 'missing' | 'never' | 'build';

/** A workload whose variables a service gets. */
export interface EnvironmentSource {
  readonly target: TargetRef;
  /** Names to take, where `*` stands for any characters and `?` for one; `['*']` unless the file says otherwise. */
  readonly include: readonly string[];
  /** Names to leave out although included, in the same form; none by default. */
  readonly exclude: readonly string[];
}

/** A service that starts before another. */
export interface Dependency {
  /** Name of a service of this workspace. */
  readonly service: string;
  readonly condition: DependencyCondition;
  /** Whether a dependency that fails keeps the dependent from starting; default true. */
  readonly required: boolean;
  /** Whether the dependent restarts after the dependency was restarted or replaced; default false. */
  readonly restart: boolean;
}

/** What must be true of a dependency before its dependent starts: it runs, it is healthy, or it ended with code 0. */
export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** How the engine finds out whether a service works. Times are milliseconds. */
export type Healthcheck =
  /** It does not, whatever the image says. */
  | { readonly kind: 'none' }
  /** By the image's own test, with other times; undefined = the image's own. */
  | ({ readonly kind: 'image' } & { readonly [Field in keyof HealthcheckTiming]: number | undefined })
  /** By a command inside the container. */
  | ({
      readonly kind: 'test';
      /** In the engine's form: `['CMD', program, …]`, or `['CMD-SHELL', text]` for the container's shell. */
      readonly test: readonly string[];
    } & HealthcheckTiming);

/** When and how often a health check tests. */
export interface HealthcheckTiming {
  /** From one test to the next; default 30000. */
  readonly intervalMs: number;
  /** How long one test may take; default 30000. */
  readonly timeoutMs: number;
  /** How many tests in a row must fail before the service counts as unhealthy; default 3. */
  readonly retries: number;
  /** Time after the start in which failed tests do not count; default 0. */
  readonly startPeriodMs: number;
  /** From one test to the next within that time; default 5000. */
  readonly startIntervalMs: number;
}

/** What happens when a service's program ends by itself. */
export type RestartPolicy =
  | { readonly kind: 'no' | 'always' | 'unless-stopped' }
  /** After an exit code other than 0. */
  | {
      readonly kind: 'on-failure';
      /** How often in a row; undefined = without end. */
      readonly attempts: number | undefined;
    };

/** A line of `/etc/hosts`. */
export interface ExtraHost {
  readonly name: string;
  /** IPv4 or IPv6 address without brackets, or `host-gateway`: this machine as its containers reach it. */
  readonly address: string;
}

/** A port of a service that is reachable on this machine. */
export interface PublishedPort {
  /** Address on this machine; default 127.0.0.1. */
  readonly hostIp: string;
  /** Port on this machine; undefined = a free one, chosen by the engine. */
  readonly published: number | undefined;
  /** Port inside the container. */
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
}

/**
 * All ports of a service that are published on this machine: those the file lists, and its debugger's. None in a network
 * that is not its own: in the machine's they are there anyway.
 */
export function publishedPorts({ ports, debug, namespace }: Service): readonly PublishedPort[] {
  if (namespace.networkMode !== undefined) return [];
  if (debug === undefined) return ports;
  const { port } = debug;
  return [...ports, { hostIp: '127.0.0.1', published: port, target: port, protocol: 'tcp' }];
}

/** Traffic of one workload that comes to this service. */
export interface Bridge {
  readonly target: TargetRef;
  /** None, which no file says: the service is in the workload's network, and takes nothing of its traffic. */
  readonly ports: readonly BridgePort[];
  /** Which requests it takes; undefined = whatever arrives at its ports, of any protocol. */
  readonly filter: Filter | undefined;
  /** Who answers the kubelet's probes: the workload's own container, the default, or this service. */
  readonly probes: 'original' | 'mine';
  /** Statuses of answers to GET and HEAD for which the workload's own container is asked instead; none by default. */
  readonly passOn: readonly number[];
  /** Whether answers to requests taken by `filter` keep what they say about caches; default false: `no-store`. */
  readonly keepsCache: boolean;
  /** What becomes of requests while this service is away. */
  readonly fallback: Fallback;
}

/** What becomes of requests while the service that takes them is away. */
export type Fallback =
  /** The workload's own container answers them. */
  | { readonly kind: 'original' }
  /** They wait for it, so many milliseconds at most; when it has been away for so long, the original answers. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** They are refused. */
  | { readonly kind: 'fail' };

/**
 * The workloads in whose network a service is: the targets of its bridges; without any, on Kubernetes and where it asks
 * for a workload's loopback or files, the first of its `env_from`; else on Kubernetes the namespace itself. None = it is in no
 * network but the project's own. The first one is for outbound traffic and names.
 */
export function networksOf(service: Service, platform: PlatformKind): readonly TargetRef[] {
  if (service.namespace.networkMode !== undefined) return [];
  const bridged = new Map(service.bridges.map(({ target }) => [targetText(target), target]));
  if (bridged.size > 0) return [...bridged.values()];
  const [source] = service.envFrom;
  // A program of this machine would be in this machine's network otherwise.
  const needsWorkload =
    service.process !== undefined ||
    service.outbound.loopback.length > 0 ||
    service.volumes.some(({ kind }) => kind === 'workload');
  if (source !== undefined && (platform === 'kubernetes' || needsWorkload)) return [source.target];
  return platform === 'kubernetes' ? [{ kind: 'namespace', path: [] }] : [];
}

/** Whether a service takes traffic of any workload. */
export function isBridged({ bridges }: Pick<Service, 'bridges'>): boolean {
  return bridges.some(({ ports }) => ports.length > 0);
}

/** Whether a container engine has anything to do for these services: on `docker` it has the agents. */
export function usesEngine(services: Iterable<Service>, platform: PlatformKind): boolean {
  return platform === 'docker' || [...services].some(({ process }) => process === undefined);
}

/** Name of the service in whose network namespace a service is: its own, unless its `network_mode` names another. */
export function networkServiceOf({ name, namespace }: Pick<Service, 'name' | 'namespace'>): string {
  return namespace.networkMode?.kind === 'service' ? namespace.networkMode.name : name;
}

/** One port of a bridge. */
export interface BridgePort {
  /**
   * Port on which the workload's container is called, or its name where the platform knows names of ports. Of a Service
   * always text: the name or number of its own port, which leads to one of the container.
   */
  readonly container: number | string;
  /** Port on which the service listens, inside its container; undefined = the number behind the workload's name. */
  readonly local: number | undefined;
}

/** Kinds of targets; their platform is inferred from them. */
export type TargetKind = DockerTargetKind | KubernetesTargetKind;

/** Kinds of targets on `docker`. */
export type DockerTargetKind = 'container' | 'compose';

/** Kinds of targets on `kubernetes`; `service` = the pods behind a Service. `namespace` is none of the file's: the namespace itself, for services without a workload. */
export type KubernetesTargetKind =
  | 'deployment'
  | 'statefulset'
  | 'replicaset'
  | 'daemonset'
  | 'pod'
  | 'service'
  | 'namespace';

/** A reference to a workload, as the file spells it. */
export interface TargetRef {
  readonly kind: TargetKind;
  /**
   * What follows the kind: `['NAME']` for `container/NAME`, `['PROJECT', 'SERVICE']` for `compose/PROJECT/SERVICE`,
   * `['NAME']` or `['NAME', 'CONTAINER']` for a workload on Kubernetes.
   */
  readonly path: readonly string[];
  /** Namespace of a workload on Kubernetes; absent = that of the connection. */
  readonly namespace?: string;
}

/**
 * The reference in the file's spelling, e.g. `container/shop-api` or `shop:deployment/api`. Two equal texts are the same
 * target.
 */
export function targetText({ kind, path, namespace }: TargetRef): string {
  const text = [kind, ...path].join('/');
  return namespace === undefined ? text : `${namespace}:${text}`;
}

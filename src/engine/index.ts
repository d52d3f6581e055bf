/**
 * What is needed of a container engine on or near this machine: what it makes, images, networks, volumes.
 * Interface and its data only; `docker/` implements it. Speaks of containers, never of services or bridges.
 */
import type { Duplex, Readable } from 'node:stream';
import type { ContainerSettings, NamespaceSettings, PlacedFile } from '../model/container-settings.ts';
import type {
  BindMount,
  Build,
  ExtraHost,
  Healthcheck,
  PublishedPort,
  TmpfsMount,
  VolumeSettings,
} from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';

/** A container engine: what makes units that are containers, and keeps them. Every method may throw `engine-unreachable` or `engine-failed`. */
export interface Engine extends Runner {
  /** Facts about the engine; also the cheapest way to learn whether it answers. */
  describe(signal?: AbortSignal): Promise<EngineInfo>;

  /** The image behind a reference or id, or undefined when the engine does not have it. */
  findImage(reference: string): Promise<ImageInfo | undefined>;
  /**
   * Fetches an image from its registry. Errors: `image-not-found` with the registry's words; also for a name of those that
   * are made on this machine, for which no registry is asked.
   */
  pullImage(reference: string, progress: (message: string) => void, signal?: AbortSignal): Promise<void>;
  /**
   * Asks the registry of an image whether it would give it, without fetching it. `unknown`: the registry, or the engine,
   * does not say. Errors: those of `pullImage`.
   */
  findInRegistry(reference: string, signal?: AbortSignal): Promise<'there' | 'unknown'>;
  /** Builds an image from a tar stream with a Dockerfile in it. Errors: `image-build-failed` with the last lines of output. */
  buildImage(build: ImageBuild, progress: (message: string) => void, signal?: AbortSignal): Promise<void>;
  /**
   * Builds an image from a directory of this machine: by buildx where Docker's command line has it, else by the
   * engine's classic builder. Errors: `image-build-failed` with the last lines; for syntax that the classic builder
   * lacks, with the word that says so.
   */
  buildDirectory(
    reference: string,
    build: Build,
    platform: string | undefined,
    progress: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Makes an image out of a root file system given as a tar stream. */
  importImage(reference: string, rootfs: NodeJS.ReadableStream, signal?: AbortSignal): Promise<void>;

  /**
   * Makes a container, without starting it. Returns its id.
   * Errors: `image-not-found`, `mount-failed`, `session-conflict` when the name is taken.
   */
  createContainer(spec: ContainerSpec): Promise<string>;
  /**
   * Puts files into a container that has not been started yet, with the directories above them.
   * Errors: `engine-failed`, as for a container whose own file system cannot be written to.
   */
  placeFiles(id: string, files: readonly PlacedFile[]): Promise<void>;

  /**
   * Opens a stream to a Unix socket that a program listens on inside a container whose spec has a `socketDir`.
   * Direct where engine and this process share a kernel, through a relay process in the container elsewhere.
   * Errors: `engine-failed` when nobody listens there.
   */
  dialSocket(containerId: string, socketPath: string, signal?: AbortSignal): Promise<Duplex>;

  /**
   * A directory or file of a container, running or not, as an archive whose paths begin with its name. A symbolic link
   * comes as such. Errors: `engine-failed` that is the user's when it is not there.
   */
  readArchive(containerId: string, path: string): Promise<Readable>;

  /** Volumes that carry all these labels, sorted by name. */
  listVolumes(labels: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /**
   * Makes a volume, by the engine's own driver unless `kept` names another. Nothing happens when there is one of that
   * name, however it is kept.
   */
  createVolume(name: string, labels: Readonly<Record<string, string>>, kept?: VolumeKeeping): Promise<void>;
  /** Nothing happens when it is not there. Errors: `engine-failed` while a container uses it. */
  removeVolume(name: string): Promise<void>;

  /** Networks that carry all these labels. */
  listNetworks(labels: Readonly<Record<string, string>>): Promise<readonly NetworkInfo[]>;
  /** Makes a bridge network, with IPv6 where the engine has it. Returns what was made. */
  createNetwork(spec: NetworkSpec): Promise<NetworkInfo>;
  /** Nothing happens when it is not there. Errors: `engine-failed` while containers are attached. */
  removeNetwork(id: string): Promise<void>;
}

/** Facts about an engine. */
export interface EngineInfo {
  /** How people call it, e.g. `Docker Engine 20.10.24 on unix:///var/run/docker.sock`. */
  readonly title: string;
  /** True when containers run on the kernel of this process, so that bind-mounted Unix sockets work. */
  readonly sameKernel: boolean;
  /** False when the engine runs somewhere else: what is started there may be somebody's production. */
  readonly isLocal: boolean;
  /** What people may call it in `connection.allow`: its address, and the name of its context if it has one. */
  readonly names: readonly string[];
  /** Tells it from every other: its address, and what the machine behind that calls itself. */
  readonly identity: string;
  /** CPU architecture in the engine's words, e.g. `x86_64`. */
  readonly architecture: string;
}

/** An image as the engine has it. */
export interface ImageInfo {
  /** Content id, `sha256:…`. */
  readonly id: string;
  /** References by digest, `NAME@sha256:…`, as registries know it; none where the engine knows of none. */
  readonly digests: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Absolute path; `/` unless the image says otherwise. */
  readonly workingDir: string;
}

/** What to build. */
export interface ImageBuild {
  /** Name and tag of the result. */
  readonly reference: string;
  /** Tar stream of the context. */
  readonly context: NodeJS.ReadableStream;
  /** Values for the Dockerfile's `ARG`s. */
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where a container's network comes from. */
export type ContainerNetwork =
  /** A network of the engine, with further names under which the container is found on it. */
  | { readonly kind: 'network'; readonly name: string; readonly aliases: readonly string[] }
  /** The network namespace of another container. */
  | { readonly kind: 'container'; readonly id: string };

/** What a container shall be. Restart policy is always `no`: restarts are the session's. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Undefined = the image's. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Undefined = the image's. */
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: ContainerNetwork;
  /** `uid:gid`; undefined = the image's. */
  readonly user?: string | undefined;
  readonly workingDir?: string | undefined;
  readonly mounts: readonly EngineMount[];
  readonly ports: readonly PublishedPort[];
  /** Undefined = the engine's default capabilities; a list = exactly these and no new privileges. */
  readonly capabilities?: readonly string[] | undefined;
  /** Absolute path inside the container where its program makes sockets for `dialSocket`. */
  readonly socketDir?: string | undefined;
  /** The engine removes the container when its program ends. */
  readonly autoRemove: boolean;
  /** Capabilities beyond the engine's defaults, without `CAP_`; not together with `capabilities`. */
  readonly extraCapabilities?: readonly string[] | undefined;
  /** Undefined = as the image says. */
  readonly healthcheck?: Healthcheck | undefined;
  /** Undefined = as the image says, else SIGTERM. */
  readonly stopSignal?: string | undefined;
  /** A small init as process 1; undefined = the engine's own setting. */
  readonly init?: boolean | undefined;
  /** The program gets a terminal. Default: no. */
  readonly tty?: boolean | undefined;
  /** The program's standard input stays open. Default: no. */
  readonly stdinOpen?: boolean | undefined;
  /** It is run by `runUnit`, whose input ends the program's when it ends. Default: no. */
  readonly attached?: boolean | undefined;
  /** Further lines of `/etc/hosts`. Not for a container that joins another's network. */
  readonly extraHosts?: readonly ExtraHost[] | undefined;
  /** Most memory, bytes; undefined = no limit. */
  readonly memoryBytes?: number | undefined;
  /** Most processors, e.g. 0.5; undefined = no limit. */
  readonly cpus?: number | undefined;
  /** Operating system and architecture, e.g. `linux/arm64`; undefined = the engine's own. */
  readonly platform?: string | undefined;
  /** What else it gets of kernel and engine; undefined = nothing. */
  readonly settings?: EngineSettings | undefined;
  /** Names, name servers and parameters of its own network; not for a container that joins another's. */
  readonly namespace?: Omit<NamespaceSettings, 'aliases' | 'networkMode'> | undefined;
}

/** What keeps a volume. */
export type VolumeKeeping = Pick<VolumeSettings, 'driver' | 'driverOptions'>;

/** `ContainerSettings` in terms of containers alone. */
export type EngineSettings = Omit<ContainerSettings, 'pid' | 'ipc' | 'volumesFrom'> & {
  /** In the engine's spelling, e.g. `host` or `container:NAME`; undefined = its own. */
  readonly pid: string | undefined;
  /** As `pid`. */
  readonly ipc: string | undefined;
  /** Containers whose mounts it has as well, e.g. `NAME:ro`. */
  readonly volumesFrom: readonly string[];
};

/** Something of a file system inside a container; volumes by the name they have in the engine. */
export type EngineMount =
  | BindMount
  | TmpfsMount
  | {
      readonly kind: 'volume';
      /** Name in the engine; undefined = anonymous, which goes with its container. */
      readonly name: string | undefined;
      readonly target: string;
      readonly readOnly: boolean;
      /** It stays empty instead of getting what the image has there; absent = it does not. */
      readonly noCopy?: boolean;
      /** Path within it that is mounted; absent = all of it. */
      readonly subpath?: string;
      /** Kept in memory, made with the first container that has it, with these labels; absent = on the engine's disk. */
      readonly inMemory?: { readonly labels: Readonly<Record<string, string>> };
    };

/** What a network shall be. */
export interface NetworkSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A network as the engine has it. */
export interface NetworkInfo {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its address ranges in CIDR notation, IPv4 and IPv6. */
  readonly subnets: readonly string[];
}

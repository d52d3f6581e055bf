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
}

/** Platforms a target can live on. */
export type PlatformKind = 'docker';

/** The file's `connection`. */
export interface ConnectionSettings {
  /** Given by the file, or inferred from the kinds of the targets; `docker` when nothing says otherwise. */
  readonly platform: PlatformKind;
  /** Image that agent, gateway and holder run from; undefined = the one this version builds or pulls itself. */
  readonly agentImage: string | undefined;
}

/** One service container. */
export interface Service {
  readonly name: string;
  /** Image reference as the engine knows it. */
  readonly image: string;
  /** Arguments; undefined = the image's own. */
  readonly command: readonly string[] | undefined;
  /** Program; undefined = the image's own, empty = none. */
  readonly entrypoint: readonly string[] | undefined;
  /** Absolute path inside the container; undefined = the image's own. */
  readonly workingDir: string | undefined;
  /** Variables by name. */
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly Mount[];
  readonly ports: readonly PublishedPort[];
  readonly bridges: readonly Bridge[];
}

/** A directory or file of this machine inside a container. */
export interface Mount {
  /** Absolute path on this machine. */
  readonly source: string;
  /** Absolute path inside the container. */
  readonly target: string;
  readonly readOnly: boolean;
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

/** Traffic of one workload that comes to this service. */
export interface Bridge {
  readonly target: TargetRef;
  readonly ports: readonly BridgePort[];
}

/** One port of a bridge. */
export interface BridgePort {
  /** Port on which the workload's container is called. */
  readonly container: number;
  /** Port on which the service listens, inside its container. */
  readonly local: number;
}

/** Kinds of targets; their platform is inferred from them. */
export type TargetKind = 'container' | 'compose';

/** A reference to a workload, as the file spells it. */
export interface TargetRef {
  readonly kind: TargetKind;
  /** What follows the kind: `['NAME']` for `container/NAME`, `['PROJECT', 'SERVICE']` for `compose/PROJECT/SERVICE`. */
  readonly path: readonly string[];
}

/** The reference in the file's spelling, e.g. `container/shop-api`. Two equal texts are the same target. */
export function targetText(target: TargetRef): string {
  return [target.kind, ...target.path].join('/');
}

import type { TargetRef } from './workspace.ts';

/** Storage of the engine that outlives containers. */
export interface NamedVolume {
  /** Name in the file. */
  readonly name: string;
  /** What the file says of it besides; absent = it is made, by the engine's own driver, as `volumeName` calls it. */
  readonly settings?: VolumeSettings;
}

/** How a volume is kept. */
export interface VolumeSettings {
  /** Name in the engine; undefined = made from the project's and its own. */
  readonly engineName: string | undefined;
  /** Whether it exists already: it is neither made nor removed here, and has an `engineName`. */
  readonly external: boolean;
  /** What keeps it; undefined = the engine's own driver. */
  readonly driver: string | undefined;
  /** Options of the driver by name. */
  readonly driverOptions: Readonly<Record<string, string>>;
  /** Labels by name; none of ours among them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Something of a file system inside a container. Each path in a container holds one mount. */
export type Mount = BindMount | VolumeMount | TmpfsMount | WorkloadMount;

/** A directory or file of this machine inside a container. */
export interface BindMount {
  readonly kind: 'bind';
  /** Absolute path on this machine. */
  readonly source: string;
  /** Absolute path inside the container. */
  readonly target: string;
  readonly readOnly: boolean;
  /** Whether a source that does not exist becomes a directory; absent = it does not. */
  readonly makesSource?: boolean;
  /** Label of SELinux that the source gets: `z` shared, `Z` private; absent = none. */
  readonly selinux?: 'z' | 'Z';
  /** Which way mounts below the source appear, e.g. `rslave`; absent = the engine's `rprivate`. */
  readonly propagation?: string;
}

/** Storage of the engine inside a container. */
export interface VolumeMount {
  readonly kind: 'volume';
  /** Name of a `NamedVolume`; undefined = an anonymous one, which goes with its container. */
  readonly name: string | undefined;
  /** Absolute path inside the container. */
  readonly target: string;
  readonly readOnly: boolean;
  /** What the file says of the volume besides its name; absent = nothing. */
  readonly settings?: VolumeSettings;
  /** Whether an empty volume stays empty, instead of getting what the image has there; absent = it does not. */
  readonly noCopy?: boolean;
  /** Path within the volume that is mounted; absent = all of it. */
  readonly subpath?: string;
}

/** Storage in memory inside a container; empty at every start. */
export interface TmpfsMount {
  readonly kind: 'tmpfs';
  /** Absolute path inside the container. */
  readonly target: string;
  /** Most it can hold, bytes; undefined = the engine's own limit. */
  readonly sizeBytes: number | undefined;
  /** Permission bits of the directory, e.g. 0o1777; undefined = the engine's own. */
  readonly mode: number | undefined;
  /** Options of mounting in the kernel's spelling, instead of both; absent = none. */
  readonly options?: string;
}

/** A directory or file of the workload's container inside the service's: read-only, in memory, and kept current. */
export interface WorkloadMount {
  readonly kind: 'workload';
  /** The workload: the target of the service's first bridge, else the first of its `env_from`. */
  readonly from: TargetRef;
  /** Absolute path inside the workload's container. */
  readonly source: string;
  /** Absolute path inside the service's container. */
  readonly target: string;
}

/**
 * What is needed of this machine to run programs of its own, without any engine: networks of their own with a gateway in
 * each, and programs in them. Interface and its data only; `linux/` implements it. Speaks of programs, never of services.
 */
import type { ErrorFacts } from '../common/errors.ts';
import type { BindMount, ExtraHost, Healthcheck, PublishedPort, TmpfsMount } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';

export { joined, noEngine } from './joined.ts';

/**
 * This machine as what keeps programs of its own. They belong to this user, run as this user, and end with the session
 * that has `hold` on them, whatever becomes of that. Errors of every method: `engine-failed`.
 */
export interface Machine extends Runner {
  /** What keeps programs from having a network of their own here, found out by making one; undefined = nothing. */
  obstacle(): Promise<ErrorFacts | undefined>;
  /** What keeps a program from having what it needs besides a network; undefined = nothing. Makes nothing. */
  programObstacle(program: ProgramNeeds): ErrorFacts | undefined;
  /** From now on this process is the one that reads what units of a session write, and that they end with. */
  hold(session: string): Promise<void>;
  /** Another process of the session takes `hold` from here on. */
  letGo(): void;
  /** Makes a network that programs can be in, without starting it. Returns its id. Errors: `session-conflict` when the name is taken. */
  createNetwork(spec: MachineNetworkSpec): Promise<string>;
  /**
   * Makes a program, without starting it. Returns its id. For one that is `attached` its network must run.
   * Errors: `session-conflict` when the name is taken; where it is attached, those of starting it.
   */
  createProgram(spec: ProgramSpec): Promise<string>;
}

/** A network of this machine apart from its own, with the gateway that is the only way out of it. */
export interface MachineNetworkSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of the gateway, given the path of the socket that it listens on. */
  readonly environment: (socketPath: string) => Readonly<Record<string, string>>;
  /** Packet rules that stand before anything runs in it, as text for nft. */
  readonly guard: string;
  /** Ports of it that are reached on this machine; TCP only. */
  readonly ports: readonly PublishedPort[];
  /** Further lines of `/etc/hosts`. */
  readonly extraHosts: readonly ExtraHost[];
  /** Directories in memory that it has for its programs, as paths from where `exec` begins in it. Default: none. */
  readonly directories?: readonly string[] | undefined;
}

/** A program of this machine. */
export interface ProgramSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** All of its variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path. */
  readonly workingDir: string;
  /** Name of the network it is in. */
  readonly network: string;
  /** What asks it to end, e.g. `SIGTERM`. */
  readonly stopSignal: string;
  /** Undefined = there is no test. */
  readonly healthcheck: Healthcheck | undefined;
  /** Nothing runs in it but what `runUnit` runs, perhaps in another process than the one that holds it. Default: false. */
  readonly attached?: boolean | undefined;
  /** What it sees in place of what this machine has. Nobody else sees it. Default: nothing. */
  readonly mounts?: readonly ProgramMount[] | undefined;
  /** Its streams are a terminal of its own; all of its output is on stdout then. Default: false. */
  readonly tty?: boolean | undefined;
  /** Its input stays open, though nobody writes there; without, it ends at once. Default: false. */
  readonly stdinOpen?: boolean | undefined;
}

/** What of a program this machine may not be able to give. */
export type ProgramNeeds = Pick<ProgramSpec, 'mounts' | 'tty' | 'workingDir'>;

/** Something of a file system that a program of this machine sees, and nobody else. Each path holds one. */
export type ProgramMount = BindMount | TmpfsMount | SharedMount;

/** One of the directories in memory that the program's network has, read-only for the program. */
export interface SharedMount {
  readonly kind: 'shared';
  /** As its network's `directories` calls it. */
  readonly directory: string;
  /** Absolute path. */
  readonly target: string;
  /** Name of the only file in it, which is at the target in place of the directory; absent = the directory is. */
  readonly alone?: string;
}

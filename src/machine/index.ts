/**
 * What is needed of this machine to run programs of its own, without any engine: networks of their own with a gateway in
 * each, and programs in them. Interface and its data only; `linux/` implements it. Speaks of programs, never of services.
 */
import type { ErrorFacts } from '../common/errors.ts';
import type { ExtraHost, Healthcheck, PublishedPort } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';

export { joined, noEngine } from './joined.ts';

/**
 * This machine as what keeps programs of its own. They belong to this user, run as this user, and end with the session
 * that has `hold` on them, whatever becomes of that. Errors of every method: `engine-failed`.
 */
export interface Machine extends Runner {
  /** What keeps programs from having a network of their own here, found out by making one; undefined = nothing. */
  obstacle(): Promise<ErrorFacts | undefined>;
  /** From now on this process is the one that reads what units of a session write, and that they end with. */
  hold(session: string): Promise<void>;
  /** Another process of the session takes `hold` from here on. */
  letGo(): void;
  /** Makes a network that programs can be in, without starting it. Returns its id. Errors: `session-conflict` when the name is taken. */
  createNetwork(spec: MachineNetworkSpec): Promise<string>;
  /**
   * Makes a program, without starting it. Returns its id. For one that is `attached` its network must run.
   * Errors: `session-conflict` when the name is taken.
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
}

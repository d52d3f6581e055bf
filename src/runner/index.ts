/**
 * Whatever runs on or near this machine for a project: one interface over its implementations. Looking, starting, ending,
 * output, health, ports and further programs are asked for here; how something is made is its maker's (`engine/`). Speaks
 * of units, never of services or bridges. Interface and its data only.
 */
import type { Duplex } from 'node:stream';
import type { PublishedPort } from '../model/workspace.ts';

export { joinedUnit } from './joined-unit.ts';
export { lastLines } from './last-lines.ts';

/**
 * What keeps units: each is something that runs, or has run, or will, with a name, an id and labels, such as a container.
 * Every method may throw `engine-unreachable` or `engine-failed`.
 */
export interface Runner {
  /** Units, running or not, that carry all these labels, sorted by name. No labels = all units. */
  listUnits(labels: Readonly<Record<string, string>>): Promise<readonly UnitSummary[]>;
  /** One unit by name or id, or undefined when there is none. */
  findUnit(nameOrId: string): Promise<UnitInfo | undefined>;
  /** Starts, deaths and removals of units from now on, until `signal` aborts or whoever keeps them goes away. */
  watchUnits(signal: AbortSignal): AsyncIterable<UnitEvent>;

  /** Errors: `port-taken`, `container-failed` (e.g. the program does not exist). */
  startUnit(id: string): Promise<void>;
  /** Asks the program to end and kills it after `graceMs`. Nothing happens when it is not running or not there. */
  stopUnit(id: string, graceMs: number): Promise<void>;
  /** Asks the program to end, kills it after `graceMs`, and starts it again: same unit, same addresses. */
  restartUnit(id: string, graceMs: number): Promise<void>;
  /** Kills and removes it with all that is its own. Nothing happens when it is not there. */
  removeUnit(id: string): Promise<void>;

  /** Lines that a unit wrote, oldest first; with `follow`, goes on until it ends or `signal` aborts. */
  unitLogs(id: string, options: LogOptions, signal?: AbortSignal): AsyncIterable<LogLine>;
  /**
   * Runs a program in a running unit, in its networks and before its files, with its three streams as they are. Resolves to
   * its exit code. Errors: `program-not-found` and `program-not-executable` when it could not be begun, of which the
   * streams then say nothing; `engine-failed` when the unit does not run.
   */
  exec(id: string, exec: ExecSpec, streams: ExecStreams, signal?: AbortSignal): Promise<number>;
  /**
   * Runs a unit that was made to be run by somebody (`attached`), once, with the streams of that one as its program's own.
   * Resolves to its exit code; the unit stays. Errors: those of `startUnit`; `program-not-found` and
   * `program-not-executable`.
   */
  runUnit(id: string, streams: RunStreams): Promise<number>;
  /**
   * Opens a stream to a Unix socket that a unit's program listens on. Errors: `engine-failed` when nobody listens there.
   */
  dialSocket(id: string, socketPath: string, signal?: AbortSignal): Promise<Duplex>;
  /**
   * Whether a port of this machine could be published now, found out without a trace. Undefined where only publishing it
   * tells: on an engine elsewhere, for an address that is not this machine's, for a number that this user may not have.
   */
  isPortFree(port: PublishedPort): Promise<boolean | undefined>;
  /**
   * How the ports that a unit publishes are reached: whether on this machine, and whether they lead to what listens at
   * 127.0.0.1 within the unit, too.
   */
  publishing(id: string): Promise<{ readonly isHere: boolean; readonly seesLoopback: boolean }>;
}

/** A unit in a list. */
export interface UnitSummary {
  readonly id: string;
  /** Without a leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** Content id of the image it was made from; empty where it has none. */
  readonly imageId: string;
  /** `host`, `none`, `container:ID`, or the name of a network. */
  readonly networkMode: string;
}

/** A unit in detail. */
export interface UnitInfo extends UnitSummary {
  readonly environment: Readonly<Record<string, string>>;
  /** Exit code of the last run; undefined while it runs or before it ran. */
  readonly exitCode: number | undefined;
  /** The kernel killed it for want of memory. */
  readonly outOfMemory: boolean;
  /** What the engine's health test says; undefined when there is none. `starting` until the first verdict. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** Output of the last health test, trimmed; empty when there was none. */
  readonly healthOutput: string;
  /** When it was last started, milliseconds since 1970; undefined before that. */
  readonly startedAt: number | undefined;
  /** When its last run ended, milliseconds since 1970; undefined while it runs or before it ran. */
  readonly endedAt: number | undefined;
  /** Ports as they are published now, with the number the engine chose. */
  readonly publishedPorts: readonly PublishedPort[];
  /** Ports the image or the container declares, TCP only. */
  readonly exposedPorts: readonly number[];
}

/** What to run in a unit. */
export interface ExecSpec {
  readonly command: readonly string[];
  /** Undefined = the unit's. */
  readonly user?: string | undefined;
  /** Undefined = the unit's. */
  readonly workingDir?: string | undefined;
  /** Variables on top of the unit's. */
  readonly environment: Readonly<Record<string, string>>;
  /** It may do everything that the machine's root may. Default: no more than the unit. */
  readonly privileged?: boolean | undefined;
  /** A terminal: then everything comes on stdout. */
  readonly tty: boolean;
}

/** Where the streams of a program go. */
export interface ExecStreams {
  /** Undefined = the program has no input. */
  readonly input: NodeJS.ReadableStream | undefined;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
  /** Size of the terminal now; asked once at the start. Undefined without a terminal. */
  readonly size?: TerminalSize | undefined;
  /** Calls with each new size of the terminal, until the function it returns is called. Absent = it stays as it is. */
  readonly onResize?: ((listener: (size: TerminalSize) => void) => () => void) | undefined;
  /**
   * From now on the terminal gives each key as it is, until the function it returns is called. Absent = there is none. Who
   * hands the terminal itself on to a program must not touch it: that may belong to another process group when it ends.
   */
  readonly takeKeys?: (() => () => void) | undefined;
}

/** The streams of a program that is somebody's own, and what else it hears of them meanwhile. */
export interface RunStreams extends ExecStreams {
  /** Calls with each signal that is meant for the program, until the function it returns is called. */
  readonly onSignal: (listener: (signal: NodeJS.Signals) => void) => () => void;
}

/** How large a terminal is, in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Which log lines. */
export interface LogOptions {
  readonly follow: boolean;
  /** How many of the last lines; undefined = all. */
  readonly tail?: number | undefined;
  /** Only lines after this moment, milliseconds since 1970; undefined = all. */
  readonly since?: number | undefined;
}

/** One line of output, without its line end. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
}

/** Something happened to a unit. */
export interface UnitEvent {
  /** `health`: the health test came to another verdict. */
  readonly kind: 'started' | 'died' | 'removed' | 'health';
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

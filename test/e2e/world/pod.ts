import type { Answer, Question } from './ask.ts';

/** The example's pod under a name of its own, wherever it runs, so that several can be up at once. */
export interface Pod extends AsyncDisposable {
  /** Unique; also the name of the project that bridges it. */
  readonly name: string;
  /** The app in the spelling of the file. */
  readonly target: string;
  /** Its sidecar, which shares its network namespace, in the spelling of the file. */
  readonly sidecarTarget: string;
  /** What devenv must find in its environment to get there. */
  readonly env: Readonly<Record<string, string>>;
  /** The app's sidecar, without a slash at the end. */
  readonly sidecarUrl: string;
  /** The app itself as seen from outside of the pod, without a slash at the end. */
  readonly appUrl: string;
  /** The app as its neighbour calls it, without a slash at the end. */
  readonly neighbourUrl: string;
  /** One GET through the sidecar on a connection of its own. `path` begins with a slash. */
  ask(path: string, question?: Question): Promise<Answer>;
  /** One GET past the sidecar. */
  askApp(path: string, question?: Question): Promise<Answer>;
  /** Runs a script of Node's in the neighbour named `vault`; resolves to its output. */
  runBeside(script: string): Promise<string>;
  /** The pod's own address, and its neighbour's. */
  addresses(): Promise<{ readonly pod: string; readonly vault: string }>;
  /** Whether the original app runs, and how often it was started again. */
  original(): Promise<{ readonly running: boolean; readonly restarts: number }>;
  /** Ends the agent beside the app the hard way. */
  killAgent(): Promise<void>;
  /** Takes the processor from the agent beside the app until that is undone, at the latest by disposing. */
  freezeAgent(): Promise<Frozen>;
  /** Puts the whole pod at another place, as its owner would; resolves when the app runs again. */
  restart(): Promise<void>;
  /** What of ours is still there, or has changed, one description each. */
  leftovers(): Promise<readonly string[]>;
}

/** Something that does not run for the moment. */
export interface Frozen extends AsyncDisposable {
  thaw(): Promise<void>;
}

/** Something frozen that `undo` thaws. */
export function frozen(undo: () => Promise<unknown>): Frozen {
  let isFrozen = true;
  const thaw = async () => {
    if (!isFrozen) return;
    isFrozen = false;
    await undo();
  };
  return { thaw, [Symbol.asyncDispose]: thaw };
}

/** How the pod shall be. */
export interface PodOptions {
  /** With a DNS server for names under `outside.test`. Default: whatever there is. */
  readonly resolver?: boolean;
}

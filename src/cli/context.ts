import type { ErrorFacts } from '../common/errors.ts';
import type { ReadingChoice } from '../session/index.ts';

/** Everything a command may touch of the process it runs in. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the built command line; the files of the image lie beside it. */
  readonly program: string;
  /** Working directory. */
  readonly directory: string;
  /** Standard input as text, which is read once, whoever asks. */
  readonly readInput: () => Promise<string>;
  /** Writes results. */
  readonly out: (text: string) => void;
  /** Writes progress, logs and errors. */
  readonly err: (text: string) => void;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
  /** Columns of that terminal; undefined where it is none. */
  readonly columns: number | undefined;
  /** Whether a person can be asked: stdin and stderr are a terminal. */
  readonly canAsk: boolean;
  /** Hears single keys of the terminal until the returned function is called; undefined where nobody can be asked. */
  readonly listenToKeys: ((listener: (key: string) => void) => () => void) | undefined;
  /** What Ctrl-C does. */
  readonly interrupt: () => void;
  /** Aborts at the first signal to end, whose name is the reason. */
  readonly ending: AbortSignal;
  /** Aborts at the second. */
  readonly forced: AbortSignal;
  /**
   * Does what changes nothing and may take long, or for ever, as with a file system that does not answer: a signal to
   * end ends the process meanwhile, as the system has it, whatever it is busy with.
   */
  readonly mortal: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * From now on signals to this process are somebody else's, a program's whose streams are this process's, until the function
   * it returns is called: `ending` knows nothing of them.
   */
  readonly onSignal: (listener: (signal: NodeJS.Signals) => void) => () => void;
  /**
   * From now on an error that nobody has caught is told, and the process goes on: what it keeps alive is worth more.
   * Before, such an error ends it.
   */
  readonly surviveFaults: (tell: (fault: ErrorFacts) => void) => void;
}

/** Flags every command has. */
export interface GlobalFlags extends ReadingChoice {
  /** `--progress`. */
  readonly progress?: 'auto' | 'tty' | 'plain' | 'json' | 'quiet';
  /** `--verbose`: each step and why, in our own words. */
  readonly verbose?: boolean;
  /** `-y`: yes to every question. */
  readonly yes?: boolean;
  /** `--color` and `--no-color`; undefined = decided by terminal and environment. */
  readonly color?: boolean;
}

/** Whether to colour what goes to stderr: flag, then NO_COLOR and FORCE_COLOR, then whether a person reads it. */
export function usesColor(context: CliContext, flags: GlobalFlags): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = context.environment;
  if (flags.color !== undefined) return flags.color;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '0') return true;
  return context.isTerminal && TERM !== 'dumb';
}

import type { Command, CommandOptions } from 'commander';
import type { CliContext, GlobalFlags } from '../context.ts';

/** What commands are described with. */
export interface CommandLine {
  /** All words of the command line. */
  readonly args: readonly string[];
  readonly context: CliContext;
  /** A new command of devenv. */
  readonly command: (name: string, options?: CommandOptions) => Command;
  /** The global flags of the command that runs, with the variables that stand for them. */
  readonly flags: (of: Command) => Promise<GlobalFlags>;
  /** Hears the exit code of the command that ran. */
  readonly done: (code: number) => void;
  /** For work that changes nothing and need not be waited for when the user wants to go. */
  readonly leavable: (work: Promise<number>) => Promise<number>;
}

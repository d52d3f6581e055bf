import { Command, CommanderError, type CommandOptions } from 'commander';
import { unlessAborted } from '../common/deadline.ts';
import { type ErrorFacts, errorFacts } from '../common/errors.ts';
import { safeText, withColorsOnly } from '../common/terminal-text.ts';
import type { CommandLine } from './command-line/command-line.ts';
import { commandOf } from './command-line/command-of.ts';
import { describeCommandsOfOthers } from './command-line/commands-of-others.ts';
import { describeFileCommands } from './command-line/file-commands.ts';
import { givenFlags, withGlobalFlags } from './command-line/global-flags.ts';
import { BRIEF_HELP, EXAMPLES } from './command-line/help.ts';
import { describeServiceCommands } from './command-line/service-commands.ts';
import { describeSessionCommands } from './command-line/session-commands.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { usesColor } from './context.ts';
import { exitCodeOf, exitCodeOfSignal } from './exit-codes.ts';
import { renderError } from './render/error.ts';
import { jsonLine } from './render/json-line.ts';
import { flagsFrom, withProgressOf } from './settings.ts';
import { version } from './version.ts';

/** Runs one command line to its exit code. Commands are loaded when they are called: help must not wait for clients. */
export async function runProgram(args: readonly string[], given: CliContext): Promise<number> {
  const context = withSafeOutput(given);
  let code = 0;
  // Of the command that runs, wherever they stood.
  let flags: GlobalFlags = {};
  const program = describe(args, context, {
    done: (result) => (code = result),
    begun: (given) => (flags = given),
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const facts = errorFacts(error);
    if (facts.code === 'cancelled' && context.ending.aborted) return exitCodeOfSignal(context.ending);
    context.err(await errorText(facts, context, flags));
    return exitCodeOf(facts.code);
  }
}

/** Whatever a command forgets: nothing but text and its colours gets to a terminal. */
function withSafeOutput(context: CliContext): CliContext {
  return {
    ...context,
    out: (text) => context.out(withColorsOnly(text)),
    err: (text) => context.err(withColorsOnly(text)),
  };
}

async function errorText(facts: ErrorFacts, context: CliContext, flags: GlobalFlags): Promise<string> {
  if (flags.progress === 'json') return jsonLine({ type: 'error', error: facts });
  const color = usesColor(context, flags);
  const { columns } = context;
  if (columns === undefined) return renderError(facts, color);
  // What has run for long may find its program's files gone; the error is worth more than its look.
  const words = await import('./render/wrap-words.ts').catch(() => undefined);
  return renderError(facts, color, words && { wrap: words.wrapWords, width: columns });
}

/** Who hears of a command. */
interface Hearers {
  readonly done: (code: number) => void;
  readonly begun: (flags: GlobalFlags) => void;
}

function describe(args: readonly string[], context: CliContext, { done, begun }: Hearers): Command {
  const program = withGlobalFlags(new Command('devenv'), 'hidden')
    .description('A development environment inside your cluster, from one gefyra.yaml')
    .version(version)
    .configureHelp(BRIEF_HELP)
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => context.out(safeText(text)),
      writeErr: (text) => context.err(safeText(text)),
    })
    .exitOverride()
    .showHelpAfterError('hint: devenv --help shows what there is')
    .addHelpText('after', EXAMPLES);
  const command = (name: string, options?: CommandOptions) => commandOf(program, name, options);
  const flags = async (of: Command) => {
    const inProcess = flagsFrom((name) => context.environment[name], context.directory);
    const given = { ...inProcess, ...givenFlags(program, of) };
    begun(given);
    const all = await withProgressOf(context, given);
    begun(all);
    return all;
  };

  // What changes nothing need not be waited for.
  const leavable = (work: Promise<number>) => unlessAborted('the command', context.ending, work);
  const commandLine: CommandLine = { args, context, command, flags, done, leavable };
  describeSessionCommands(commandLine);
  describeServiceCommands(commandLine);
  describeFileCommands(commandLine);
  describeCommandsOfOthers(commandLine);
  return program;
}

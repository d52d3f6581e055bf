import { Command, CommanderError, Option } from 'commander';
import { errorFacts } from '../common/errors.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { usesColor } from './context.ts';
import { exitCodeOf, exitCodeOfSignal } from './exit-codes.ts';
import { renderError } from './render/error.ts';
import { version } from './version.ts';

/** Runs one command line to its exit code. Commands are loaded when they are called: help must not wait for clients. */
export async function runProgram(args: readonly string[], context: CliContext): Promise<number> {
  let code = 0;
  const program = describe(context, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const facts = errorFacts(error);
    if (facts.code === 'cancelled' && context.ending.aborted) return exitCodeOfSignal(context.ending);
    context.err(renderError(facts, usesColor(context, program.opts<GlobalFlags>())));
    return exitCodeOf(facts.code);
  }
}

function describe(context: CliContext, done: (code: number) => void): Command {
  const program = new Command('devenv')
    .description('A development environment inside your cluster, from one gefyra.yaml')
    .version(version, '-V, --version', 'print the version')
    .option('-f, --file <path>', 'the file (default: the nearest gefyra.yaml, here or above)')
    .option('-p, --project-name <name>', "project name in place of the file's")
    .option('--env-file <path>', 'variables for the file, in place of .env (repeatable)', collect, [])
    .addOption(
      new Option('--progress <kind>', 'how progress is shown')
        .choices(['auto', 'plain', 'json', 'quiet'])
        .default('auto'),
    )
    .option('-y, --yes', 'answer every question with yes')
    .option('--color', 'colour even where nobody may see it')
    .option('--no-color', 'never colour')
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .exitOverride()
    .showHelpAfterError('(devenv --help shows what there is)')
    .addHelpText('after', EXAMPLES);
  const flags = () => ({ ...fromEnvironment(context), ...definedFlags(program) });

  program
    .command('up')
    .description('make everything as the file says, supervise it, and give it all back on Ctrl-C')
    .action(async () => done(await (await import('./commands/up.ts')).up(context, flags())));
  program
    .command('down')
    .description('end the session of this project and give everything back; works without the file')
    .action(async () => done(await (await import('./commands/down.ts')).down(context, flags())));
  program
    .command('plan')
    .description('show what up would do, and why, without doing it')
    .action(async () => done(await (await import('./commands/plan.ts')).plan(context, flags())));
  program
    .command('ps')
    .alias('status')
    .description('show services and bridges as they are now')
    .action(async () => done(await (await import('./commands/ps.ts')).ps(context, flags())));
  program
    .command('validate')
    .description('check the file and report every problem in it')
    .action(async () => done(await (await import('./commands/validate.ts')).validate(context, flags())));
  program
    .command('version')
    .description('print the version')
    .action(() => context.out(`${version}\n`));
  const image = program.command('image').description('the image that agent, gateway and holder run from');
  image
    .command('build')
    .description('build it on the engine, if it is not there; up does that by itself')
    .action(async () => done(await (await import('./commands/image-build.ts')).imageBuild(context, flags())));
  program
    .command('guardian', { hidden: true })
    .action(async () => done(await (await import('./commands/guardian.ts')).guardian(context)));
  return program;
}

const EXAMPLES = `
Examples:
  devenv validate          what is wrong with gefyra.yaml, all at once
  devenv plan              what would be done, to the cluster and to this machine
  devenv up                do it, and follow; Ctrl-C gives everything back
  devenv down              the same from another terminal, also without the file
`;

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Flags that were given; those left at their default leave room for the environment. */
function definedFlags(program: Command): GlobalFlags {
  const given = Object.entries(program.opts<GlobalFlags>()).filter(([name]) => {
    const source = program.getOptionValueSource(name);
    return source !== 'default' && source !== undefined;
  });
  return Object.fromEntries(given);
}

/** Every global flag has a variable; the flag wins. */
function fromEnvironment({ environment }: CliContext): GlobalFlags {
  const { GEFYRA_FILE, GEFYRA_PROJECT_NAME, GEFYRA_ENV_FILE, GEFYRA_PROGRESS } = environment;
  const isProgress = (text: string): text is NonNullable<GlobalFlags['progress']> =>
    ['auto', 'plain', 'json', 'quiet'].includes(text);
  return {
    ...(GEFYRA_FILE ? { file: GEFYRA_FILE } : {}),
    ...(GEFYRA_PROJECT_NAME ? { projectName: GEFYRA_PROJECT_NAME } : {}),
    ...(GEFYRA_ENV_FILE ? { envFile: GEFYRA_ENV_FILE.split(',') } : {}),
    ...(GEFYRA_PROGRESS && isProgress(GEFYRA_PROGRESS) ? { progress: GEFYRA_PROGRESS } : {}),
  };
}

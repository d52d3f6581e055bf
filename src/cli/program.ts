import { constants, setPriority } from 'node:os';
import {
  Command,
  CommanderError,
  type CommandOptions,
  Help,
  type HelpConfiguration,
  InvalidArgumentError,
  Option,
} from 'commander';
import { unlessAborted } from '../common/deadline.ts';
import { type ErrorFacts, errorFacts } from '../common/errors.ts';
import { safeText, withColorsOnly } from '../common/terminal-text.ts';
import type { ConfigFlags } from './commands/config.ts';
import type { DebugConfigFlags } from './commands/debug-config.ts';
import type { DownFlags } from './commands/down.ts';
import type { EnvFlags } from './commands/env.ts';
import type { ExecFlags } from './commands/exec.ts';
import type { LogsFlags } from './commands/logs.ts';
import type { PsFlags } from './commands/ps.ts';
import type { SchemaFlags } from './commands/schema.ts';
import type { UpFlags } from './commands/up.ts';
import type { ValidateFlags } from './commands/validate.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { usesColor } from './context.ts';
import { exitCodeOf, exitCodeOfSignal } from './exit-codes.ts';
import { renderError } from './render/error.ts';
import { jsonLine } from './render/json-line.ts';
import { flagsFrom, PROGRESS_KINDS, withProgressOf } from './settings.ts';
import { version } from './version.ts';

/** Runs one command line to its exit code. Commands are loaded when they are called: help must not wait for clients. */
export async function runProgram(args: readonly string[], given: CliContext): Promise<number> {
  const context = withSafeOutput(given);
  let code = 0;
  // Of the command that runs, wherever they stood.
  let flags: GlobalFlags = {};
  const program = describe(context, {
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

function commandOf(parent: Command, name: string, options?: CommandOptions): Command {
  const words = parent.parent === null ? name : `${parent.name()} ${name}`;
  return withGlobalFlags(parent.command(name, options), 'hidden').showHelpAfterError(
    `hint: devenv ${words} --help shows how it is used`,
  );
}

/** Who hears of a command. */
interface Hearers {
  readonly done: (code: number) => void;
  readonly begun: (flags: GlobalFlags) => void;
}

function describe(context: CliContext, { done, begun }: Hearers): Command {
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
    const [before, after] = [definedFlags(program), definedFlags(of)];
    const inProcess = flagsFrom((name) => context.environment[name], context.directory);
    const given = { ...inProcess, ...before, ...after, ...bothLists(before, after) };
    begun(given);
    const all = await withProgressOf(context, given);
    begun(all);
    return all;
  };

  // What changes nothing need not be waited for.
  const leavable = (work: Promise<number>) => unlessAborted('the command', context.ending, work);

  command('up')
    .description('make everything as the file says, supervise it, give it back')
    .option('-d, --detach', 'leave it behind in the background')
    .option('--wait', 'with -d: return when every bridge is live')
    .addOption(
      new Option(
        '--timeout <seconds>',
        'how long the start may take (with --wait, until all is live: 60)',
      ).argParser(wholeNumber),
    )
    .option('--takeover', 'ask whoever has a port to let go of it, if they do not use it')
    .option('--strict', 'refuse what may turn out badly, such as too little memory for an agent')
    .option('--abort-on-failure', 'give all back when anything fails at the start')
    .addOption(drainOption())
    .addOption(new Option('--succeeds <session>').hideHelp())
    .addOption(new Option('--given-up <bridge...>').hideHelp())
    .addOption(new Option('--log <path>').hideHelp())
    .addHelpText('after', UP_EXAMPLES)
    .action(async (options: UpFlags, self: Command) =>
      done(await (await import('./commands/up.ts')).up(context, await flags(self), options)),
    );
  command('down')
    .description('end the session of this project and give everything back')
    .option('--force', 'remove all of it, even if its session may live or is not yours')
    .addHelpText('after', DOWN_EXAMPLES)
    .addOption(drainOption())
    .action(async (options: DownFlags, self: Command) =>
      done(await (await import('./commands/down.ts')).down(context, await flags(self), options)),
    );
  command('plan')
    .description('show what up would do, and why, without doing it')
    .option('--strict', 'refuse what may turn out badly, as up --strict does')
    .option('--role', 'print the Role that lets you do what the file needs, as YAML, and nothing else')
    .addHelpText(
      'after',
      '\nExits with 1 when up would be refused, and tells all that stands in the way.\n\nExamples:\n  devenv plan\n  devenv -f other.yaml plan\n  devenv plan --role > role.yaml\n',
    )
    .action(async ({ role, strict }: { readonly role?: true; readonly strict?: true }, self: Command) =>
      done(
        await leavable(
          role === true
            ? (await import('./commands/plan-role.ts')).planRole(context, await flags(self))
            : (await import('./commands/plan.ts')).plan(context, await flags(self), strict),
        ),
      ),
    );
  command('ps')
    .alias('status')
    .description('show services and bridges as they are now')
    .addOption(new Option('--format <kind>', 'how').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      "\nExamples:\n  devenv ps\n  devenv ps --format json | jq '.services[] | {name, state, ports}'\n",
    )
    .action(async (options: PsFlags, self: Command) =>
      done(await leavable((await import('./commands/ps.ts')).ps(context, await flags(self), options))),
    );
  command('validate')
    .description('check the file and report every problem in it')
    .addOption(new Option('--format <kind>', 'how').choices(['text', 'json', 'github']).default('text'))
    .addHelpText(
      'after',
      '\nExits with 3 when there is a problem. github writes annotations for a workflow.\n\nExamples:\n  devenv validate\n  devenv validate -f other.yaml\n  devenv validate --format github\n',
    )
    .action(async (options: ValidateFlags, self: Command) =>
      done(
        await leavable(
          (await import('./commands/validate.ts')).validate(context, await flags(self), options),
        ),
      ),
    );
  command('explain')
    .description('say what the code of a problem or an error means')
    .argument('[code]', 'only this one')
    .addHelpText('after', '\nExamples:\n  devenv explain\n  devenv explain unknown-key\n')
    .action(async (code: string | undefined) =>
      done((await import('./commands/explain.ts')).explain(context, code)),
    );
  command('logs')
    .description('show what services wrote')
    .argument('[service...]', 'only these')
    .option('-f, --follow', 'go on until they end')
    .addOption(new Option('--tail <lines>', 'only the last lines of each').argParser(wholeNumber))
    .option('--since <moment>', 'only lines since a time, or since so long ago, such as 10m')
    .addHelpText('after', '\nExamples:\n  devenv logs -f\n  devenv logs app --tail 20 --since 10m\n')
    .action(async (services: string[], options: LogsFlags, self: Command) =>
      done(await (await import('./commands/logs.ts')).logs(context, await flags(self), services, options)),
    );
  command('restart')
    .description('start services anew in place; addresses, ports, bridges stay')
    .argument('[service...]', 'only these')
    .addHelpText('after', '\nExamples:\n  devenv restart app\n')
    .action(async (services: string[], _: object, self: Command) =>
      done(await (await import('./commands/restart.ts')).restart(context, await flags(self), services)),
    );
  command('exec')
    .description("run a program in a service's container")
    .argument('<service>')
    .argument('<command...>')
    .option('-T, --no-tty', 'no terminal, even where there is one')
    .option('-u, --user <user>', 'run as this user')
    .option('-w, --workdir <path>', 'run in this directory')
    .option('-e, --env <name=value>', 'a variable (repeatable)', collect, [])
    .passThroughOptions()
    .addHelpText('after', '\nExamples:\n  devenv exec app sh\n  devenv exec -T app cat /etc/resolv.conf\n')
    .action(async (service: string, words: string[], options: ExecFlags, self: Command) =>
      done(
        await (await import('./commands/exec.ts')).exec(context, await flags(self), service, words, options),
      ),
    );
  command('config')
    .description('show what the files come to: variables, defaults, long forms')
    .addOption(new Option('--format <kind>', 'how').choices(['yaml', 'json']).default('yaml'))
    .option('--show-secrets', 'show secrets, too, by name or by form', false)
    .option('--no-interpolate', 'leave variables and short forms as they are')
    .addOption(
      new Option('--explain <path>', 'where the values at a path come from, and which counts').conflicts(
        'interpolate',
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  devenv config\n  devenv config --format json | jq .services.app\n  devenv config --explain services.app.environment\n',
    )
    .action(async (options: ConfigFlags, self: Command) =>
      done(
        await leavable((await import('./commands/config.ts')).config(context, await flags(self), options)),
      ),
    );
  command('env')
    .description('print the variables that a service, or a workload, has')
    .argument('[service]', 'whose; may be left out where there is one')
    .option('--like <target>', 'of a workload, such as deployment/NAME/CONTAINER: no file is needed')
    .addOption(new Option('--format <kind>', 'how').choices(['dotenv', 'json', 'shell']).default('dotenv'))
    .addHelpText(
      'after',
      '\nIn a terminal it asks before it shows secrets.\n\nExamples:\n  devenv env app > .env.local\n  eval "$(devenv env --like deployment/shop-api --format shell)"\n',
    )
    .action(async (service: string | undefined, options: EnvFlags, self: Command) =>
      done(
        await leavable((await import('./commands/env.ts')).env(context, await flags(self), service, options)),
      ),
    );
  command('debug-config')
    .description('show how an editor attaches to the debuggers of the services')
    .argument('[service...]', 'only these')
    .option('--write', 'put it into the launch.json of VS Code; what else is in there stays')
    .addHelpText('after', '\nExamples:\n  devenv debug-config\n  devenv debug-config app --write\n')
    .action(async (services: string[], options: DebugConfigFlags, self: Command) =>
      done(
        await (await import('./commands/debug-config.ts')).debugConfig(
          context,
          await flags(self),
          services,
          options,
        ),
      ),
    );
  command('schema')
    .description('print the JSON schema of the file')
    .option('--layer', 'of a file that others complete, such as gefyra.override.yaml')
    .addHelpText('after', '\nExamples:\n  devenv schema > gefyra.schema.json\n')
    .action(async (options: SchemaFlags) =>
      done(await (await import('./commands/schema.ts')).schema(context, options)),
    );
  command('options')
    .description('the options that every command has')
    .action(() => context.out(globalOptionsText()));
  command('version')
    .description('print the version')
    .action(() => context.out(`${version}\n`));
  const image = command('image').description('the image that agent and gateway run from');
  commandOf(image, 'build')
    .description('build it on the engine, if it is not there; up does that by itself')
    .action(async (_: object, self: Command) =>
      done(await (await import('./commands/image-build.ts')).imageBuild(context, await flags(self))),
    );
  command('guardian', { hidden: true }).action(async () => {
    // It starts while its session has the most to do, and it is needed last.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    done(await (await import('./commands/guardian.ts')).guardian(context));
  });
  return program;
}

/** Global flags work before and after the command; there they are left out of its help. `logs -f` means follow. */
function withGlobalFlags(command: Command, help: 'shown' | 'hidden'): Command {
  const file = command.name() === 'logs' ? '--file <path>' : '-f, --file <path>';
  const options = [
    new Option(
      file,
      'a file, - for standard input; later ones over earlier ones (repeatable; default: the nearest gefyra.yaml, here or above)',
    ).argParser(collect),
    new Option('--no-override', 'leave out gefyra.override.yaml, which otherwise comes last'),
    new Option('--profile <name>', 'services with this profile, too (repeatable)').argParser(collect),
    new Option('-p, --project-name <name>', "project name in place of the file's"),
    new Option('--context <name>', "context of the kubeconfig in place of the file's"),
    new Option('-n, --namespace <name>', "namespace in place of the file's"),
    new Option('--as <name>', 'name that marks your requests, for `match: mine` (default: your own)'),
    new Option('--env-file <path>', 'variables for the file, in place of .env (repeatable)').argParser(
      collect,
    ),
    new Option('--progress <kind>', 'how progress is shown').choices(PROGRESS_KINDS),
    new Option('--verbose', 'each step of a pass, and why'),
    new Option('-y, --yes', 'answer every question with yes'),
    new Option('--color', 'colour even where nobody may see it'),
    new Option('--no-color', 'never colour'),
  ];
  for (const option of options) command.addOption(help === 'hidden' ? option.hideHelp() : option);
  return command;
}

/** Commands that everybody expects. */
const UNLISTED = ['help', 'version'];

/** Commands that are named in one line: they are not needed every day. */
const SELDOM = ['explain', 'config', 'debug-config', 'schema', 'options', 'image'];

/** The commands, each in a line: with the examples it fits a screen. */
const BRIEF_HELP: HelpConfiguration = {
  visibleOptions: (command) => (command.parent === null ? [] : new Help().visibleOptions(command)),
  visibleCommands: (command) =>
    new Help().visibleCommands(command).filter((one) => ![...UNLISTED, ...SELDOM].includes(one.name())),
  subcommandTerm: (command) => command.name(),
};

const GLOBAL_OPTIONS = `Options of every command. Variables of the environment stand for them as well,
and behind these the ones of .env; an option wins over both:
  GEFYRA_FILE          files, with : between them (on Windows ;)
  GEFYRA_PROFILES      profiles, with commas between them
  GEFYRA_ENV_FILE      env files, likewise; in .env, further ones
  GEFYRA_PROJECT_NAME, GEFYRA_CONTEXT, GEFYRA_NAMESPACE, GEFYRA_AS,
  GEFYRA_PROGRESS      one value each
Files may use $GEFYRA_USER, your name on this machine, and $GEFYRA_BRANCH, the
branch of git in their directory, unless these are set otherwise.`;

function globalOptionsText(): string {
  const all = withGlobalFlags(new Command('devenv').usage('<command> [options]'), 'shown').helpOption(false);
  return all.description(GLOBAL_OPTIONS).helpInformation();
}

const EXAMPLES = `
Further: ${SELDOM.join(', ')}

Examples:
  devenv up                do it, and follow; Ctrl-C gives everything back
  devenv help up           more about a command`;

const UP_EXAMPLES = `
Examples:
  devenv up                and follow; Ctrl-C gives everything back, ? has keys
  devenv up -d --wait      return when every bridge is live
  devenv up                again: applies changes of the file, and follows
`;

const DOWN_EXAMPLES = `
Examples:
  devenv down              in the directory of the file, also when that is broken
  devenv down -p shop      from anywhere
  devenv down --force      also what a session left that nobody can ask any more
`;

function drainOption(): Option {
  return new Option('--drain <seconds>', 'how long requests in flight may take at the end').argParser(
    wholeNumber,
  );
}

function wholeNumber(value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is no whole number');
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Values of repeatable flags before and after the command belong together. */
function bothLists(before: GlobalFlags, after: GlobalFlags): GlobalFlags {
  const both = (['file', 'profile', 'envFile'] as const).map((name) => [
    name,
    [...(before[name] ?? []), ...(after[name] ?? [])],
  ]);
  return Object.fromEntries(both.filter(([, list]) => list?.length !== 0));
}

/** Flags that were given; those left at their default leave room for the environment. */
function definedFlags(program: Command): GlobalFlags {
  const given = Object.entries(program.opts<GlobalFlags>()).filter(([name]) => {
    const source = program.getOptionValueSource(name);
    return source !== 'default' && source !== undefined;
  });
  return Object.fromEntries(given);
}

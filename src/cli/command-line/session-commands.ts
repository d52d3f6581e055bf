import { type Command, Option } from 'commander';
import type { DownFlags } from '../commands/down.ts';
import type { PsFlags } from '../commands/ps.ts';
import type { UpFlags } from '../commands/up.ts';
import { choosing } from './choosing.ts';
import type { CommandLine } from './command-line.ts';
import { wholeNumber } from './values.ts';

const UP_EXAMPLES = `
Examples:
  devenv up                and follow; Ctrl-C gives everything back, ? has keys
  devenv up -d --wait      return when every bridge is live
  devenv up app            only app, and what it needs; what runs stays
`;

const DOWN_EXAMPLES = `
Examples:
  devenv down              in the directory of the file, also when that is broken
  devenv down -p shop      from anywhere
  devenv down --force      also what a session left that nobody can ask any more
`;

/** What `devenv plan` takes. */
interface PlanFlags {
  readonly role?: true;
  readonly strict?: true;
}

function drainOption(): Option {
  return new Option('--drain <seconds>', 'how long requests in flight may take at the end').argParser(
    wholeNumber,
  );
}

/** The commands that make a session, end it, and look ahead to it. */
export function describeSessionCommands({ context, command, flags, done, leavable }: CommandLine): void {
  command('up')
    .description('make everything as the file says, supervise it, give it back')
    .argument('[service...]')
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
    .addOption(new Option('--stopped <service...>').hideHelp())
    .addOption(new Option('--log <path>').hideHelp())
    .addHelpText('after', UP_EXAMPLES)
    .action(async (services: string[], options: UpFlags, self: Command) =>
      done(
        await (await import('../commands/up.ts')).up(context, choosing(services, await flags(self)), options),
      ),
    );
  command('down')
    .description('end the session of this project and give everything back')
    .option('--force', 'remove all of it, even if its session may live or is not yours')
    .addHelpText('after', DOWN_EXAMPLES)
    .addOption(drainOption())
    .action(async (options: DownFlags, self: Command) =>
      done(await (await import('../commands/down.ts')).down(context, await flags(self), options)),
    );
  command('plan')
    .description('show what up would do, and why, without doing it')
    .argument('[service...]', 'only these, and what they need')
    .option('--strict', 'refuse what may turn out badly, as up --strict does')
    .option('--role', 'print the Role that lets you do what the file needs, as YAML, and nothing else')
    .addHelpText(
      'after',
      '\nExits with 1 when up would be refused, and tells all that stands in the way.\n\nExamples:\n  devenv plan\n  devenv -f other.yaml plan\n  devenv plan --role > role.yaml\n',
    )
    .action(async (services: string[], { role, strict }: PlanFlags, self: Command) => {
      const chosen = choosing(services, await flags(self));
      done(
        await leavable(
          role === true
            ? (await import('../commands/plan-role.ts')).planRole(context, chosen)
            : (await import('../commands/plan.ts')).plan(context, chosen, strict),
        ),
      );
    });
  command('ps')
    .alias('status')
    .description('show services and bridges as they are now')
    .addOption(new Option('--format <kind>', 'how').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      "\nExamples:\n  devenv ps\n  devenv ps --format json | jq '.services[] | {name, state, ports}'\n",
    )
    .action(async (options: PsFlags, self: Command) =>
      done(await leavable((await import('../commands/ps.ts')).ps(context, await flags(self), options))),
    );
}

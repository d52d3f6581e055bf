import { Command, Option } from 'commander';
import type { GlobalFlags } from '../context.ts';
import { PROGRESS_KINDS } from '../settings.ts';
import { collect } from './values.ts';

/** Global flags work before and after the command; there they are left out of its help. `logs -f` means follow. */
export function withGlobalFlags(command: Command, help: 'shown' | 'hidden'): Command {
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

const GLOBAL_OPTIONS = `Options of every command. Variables of the environment stand for them as well,
and behind these the ones of .env; an option wins over both:
  GEFYRA_FILE          files, with : between them (on Windows ;)
  GEFYRA_PROFILES      profiles, with commas between them
  GEFYRA_ENV_FILE      env files, likewise; in .env, further ones
  GEFYRA_PROJECT_NAME, GEFYRA_CONTEXT, GEFYRA_NAMESPACE, GEFYRA_AS,
  GEFYRA_PROGRESS      one value each
Files may use $GEFYRA_USER, your name on this machine, and $GEFYRA_BRANCH, the
branch of git in their directory, unless these are set otherwise.`;

/** What `devenv options` prints. */
export function globalOptionsText(): string {
  const all = withGlobalFlags(new Command('devenv').usage('<command> [options]'), 'shown').helpOption(false);
  return all.description(GLOBAL_OPTIONS).helpInformation();
}

/** The global flags that were given before and after a command: those after win, and lists belong together. */
export function givenFlags(program: Command, command: Command): GlobalFlags {
  const [before, after] = [definedFlags(program), definedFlags(command)];
  return { ...before, ...after, ...bothLists(before, after) };
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

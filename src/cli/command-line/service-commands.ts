import { type Command, Option } from 'commander';
import type { DebugConfigFlags } from '../commands/debug-config.ts';
import type { EnvFlags } from '../commands/env.ts';
import type { ExecFlags } from '../commands/exec.ts';
import type { ForwardFlags } from '../commands/forward.ts';
import type { LogsFlags } from '../commands/logs.ts';
import type { RunFlags } from '../commands/run.ts';
import { choosing } from './choosing.ts';
import { commandIn } from './command-in.ts';
import type { CommandLine } from './command-line.ts';
import { collect, wholeNumber } from './values.ts';

const STOP_HELP = `
They stay stopped, whatever their restart says and whenever the file is saved,
until start, restart or up; what needs them goes on. Requests in flight end
first, and whatever a bridge's fallback says, the original answers.

Examples:
  devenv stop app
  devenv stop              all of them; the session goes on, down ends it
`;

const START_HELP = `
As they are, or made anew where the file has changed. What they need is not
started along: it is said what of that is stopped.

Examples:
  devenv start app
  devenv start
`;

/** The commands about services, as they run or as the file has them. */
export function describeServiceCommands({
  args,
  context,
  command,
  flags,
  done,
  leavable,
}: CommandLine): void {
  command('logs')
    .description('show what services wrote')
    .argument('[service...]', 'only these')
    .option('-f, --follow', 'go on until they end')
    .addOption(new Option('--tail <lines>', 'only the last lines of each').argParser(wholeNumber))
    .option('--since <moment>', 'only lines since a time, or since so long ago, such as 10m')
    .addHelpText('after', '\nExamples:\n  devenv logs -f\n  devenv logs app --tail 20 --since 10m\n')
    .action(async (services: string[], options: LogsFlags, self: Command) =>
      done(await (await import('../commands/logs.ts')).logs(context, await flags(self), services, options)),
    );
  const ofServices = (name: 'restart' | 'stop' | 'start', description: string, help: string) =>
    command(name)
      .description(description)
      .argument('[service...]', 'only these')
      .addHelpText('after', help)
      .action(async (services: string[], _: object, self: Command) => {
        const { ofServices: ask } = await import('../commands/of-services.ts');
        done(await ask(name, context, await flags(self), services));
      });
  ofServices(
    'restart',
    'start services anew in place; addresses, ports, bridges stay',
    '\nExamples:\n  devenv restart app\n',
  );
  ofServices('stop', 'stop services, and let the originals answer', STOP_HELP);
  ofServices('start', 'start services again that were stopped, or have ended', START_HELP);
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
        await (await import('../commands/exec.ts')).exec(context, await flags(self), service, words, options),
      ),
    );
  // Words of a command are not looked at where `--` tells where it begins, nor are they after a service without it.
  command('run')
    .description('run a command as a service, or as a workload, once')
    .argument('[service]', 'as which; may be left out where there is one')
    .argument('[command...]', 'what to run; without it, what the service runs')
    .option('--like <target>', 'as a workload, such as deployment/NAME/CONTAINER: no file is needed')
    .option('--image <reference>', 'with --like: in this image, in place of this machine')
    .option('--bridge', 'the traffic of its bridges comes to it')
    .addOption(new Option('--timeout <seconds>', 'how long all before it may take').argParser(wholeNumber))
    .option('-T, --no-tty', 'no terminal, even where there is one')
    .option('-u, --user <user>', 'run as this user')
    .option('-w, --workdir <path>', 'run in this directory')
    .option('-e, --env <name=value>', 'a variable (repeatable)', collect, [])
    .addOption(new Option('--rm').hideHelp())
    .passThroughOptions(!args.includes('--'))
    .addHelpText(
      'after',
      '\nIts exit code is that of the command, and nothing is left after it. Beside a session that runs it is in\nthe network of the service; else it has one of its own, with what the service needs.\n\nExamples:\n  devenv run --like deployment/shop-api -- env\n  devenv run app -- python manage.py migrate\n  devenv run app\n',
    )
    .action(async (_: unknown, __: unknown, options: RunFlags, self: Command) => {
      const { service, words } = commandIn(args, self.args, options.like !== undefined);
      const chosen = choosing(service === undefined ? [] : [service], await flags(self));
      done(await (await import('../commands/run.ts')).run(context, chosen, service, words, options));
    });
  command('forward')
    .description('lead ports of this machine to what a workload reaches')
    .argument('<forward...>', '[[ADDRESS:]LOCAL:]HOST:PORT')
    .option('--like <target>', "in this workload's network; without it that of the file, or the namespace")
    .addHelpText(
      'after',
      '\nUntil Ctrl-C, whatever restarts meanwhile. `forwards:` of the file does the same for everybody, as long as\n`up` runs.\n\nExamples:\n  devenv forward postgres:5432\n  devenv forward 15432:postgres:5432 redis:6379 --like deployment/shop-api\n',
    )
    .action(async (forwards: string[], options: ForwardFlags, self: Command) =>
      done(
        await (await import('../commands/forward.ts')).forward(context, await flags(self), forwards, options),
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
    .action(async (service: string | undefined, options: EnvFlags, self: Command) => {
      const chosen = choosing(service === undefined ? [] : [service], await flags(self));
      done(await leavable((await import('../commands/env.ts')).env(context, chosen, service, options)));
    });
  command('debug-config')
    .description('show how an editor attaches to the debuggers of the services')
    .argument('[service...]', 'only these')
    .option('--write', 'put it into the launch.json of VS Code; what else is in there stays')
    .addHelpText('after', '\nExamples:\n  devenv debug-config\n  devenv debug-config app --write\n')
    .action(async (services: string[], options: DebugConfigFlags, self: Command) =>
      done(
        await (await import('../commands/debug-config.ts')).debugConfig(
          context,
          choosing(services, await flags(self)),
          services,
          options,
        ),
      ),
    );
}

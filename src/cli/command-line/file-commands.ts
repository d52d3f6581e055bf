import { constants, setPriority } from 'node:os';
import { type Command, Option } from 'commander';
import type { ConfigFlags } from '../commands/config.ts';
import type { SchemaFlags } from '../commands/schema.ts';
import type { ValidateFlags } from '../commands/validate.ts';
import { version } from '../version.ts';
import type { CommandLine } from './command-line.ts';
import { commandOf } from './command-of.ts';
import { globalOptionsText } from './global-flags.ts';

/** The commands about files, and what is said of devenv itself. */
export function describeFileCommands({ context, command, flags, done, leavable }: CommandLine): void {
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
          (await import('../commands/validate.ts')).validate(context, await flags(self), options),
        ),
      ),
    );
  command('explain')
    .description('say what the code of a problem or an error means')
    .argument('[code]', 'only this one')
    .addHelpText('after', '\nExamples:\n  devenv explain\n  devenv explain unknown-key\n')
    .action(async (code: string | undefined) =>
      done((await import('../commands/explain.ts')).explain(context, code)),
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
        await leavable((await import('../commands/config.ts')).config(context, await flags(self), options)),
      ),
    );
  command('schema')
    .description('print the JSON schema of the file')
    .option('--layer', 'of a file that others complete, such as gefyra.override.yaml')
    .addHelpText('after', '\nExamples:\n  devenv schema > gefyra.schema.json\n')
    .action(async (options: SchemaFlags) =>
      done(await (await import('../commands/schema.ts')).schema(context, options)),
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
      done(await (await import('../commands/image-build.ts')).imageBuild(context, await flags(self))),
    );
  command('guardian', { hidden: true }).action(async () => {
    // It starts while its session has the most to do, and it is needed last.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    done(await (await import('../commands/guardian.ts')).guardian(context));
  });
}

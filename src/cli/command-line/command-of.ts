import type { Command, CommandOptions } from 'commander';
import { withGlobalFlags } from './global-flags.ts';

/** A new command within another one, with all global flags. */
export function commandOf(parent: Command, name: string, options?: CommandOptions): Command {
  const words = parent.parent === null ? name : `${parent.name()} ${name}`;
  return withGlobalFlags(parent.command(name, options), 'hidden').showHelpAfterError(
    `hint: devenv ${words} --help shows how it is used`,
  );
}

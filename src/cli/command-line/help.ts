import { Help, type HelpConfiguration } from 'commander';

/** Commands that everybody expects. */
const UNLISTED = ['help', 'version'];

/** Commands that are named in one line: they are not needed every day. */
const SELDOM = ['stop', 'start', 'explain', 'config', 'debug-config', 'schema', 'options', 'image'];

/** The commands, each in a line: with the examples it fits a screen. */
export const BRIEF_HELP: HelpConfiguration = {
  visibleOptions: (command) => (command.parent === null ? [] : new Help().visibleOptions(command)),
  visibleCommands: (command) =>
    new Help().visibleCommands(command).filter((one) => ![...UNLISTED, ...SELDOM].includes(one.name())),
  subcommandTerm: (command) => command.name(),
};

/** What the help of devenv itself ends with. */
export const EXAMPLES = `
Further: ${SELDOM.join(', ')}

Examples:
  devenv up                do it, and follow; Ctrl-C gives everything back
  devenv help up           more about a command`;

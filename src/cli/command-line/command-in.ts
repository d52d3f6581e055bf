/** A command to run, and the service that was named before it. */
export interface GivenCommand {
  readonly service: string | undefined;
  readonly words: readonly string[];
}

/**
 * Which of the words that are no options are the command: those after `--`; without that, those after the first, which names
 * the service, unless none is asked for. `all`: the whole command line, of which `words` is what is no option. Pure.
 */
export function commandIn(
  all: readonly string[],
  words: readonly string[],
  isWithoutService: boolean,
): GivenCommand {
  const dashes = all.indexOf('--');
  if (dashes !== -1) {
    const command = all.slice(dashes + 1);
    const [service] = words.slice(0, words.length - command.length);
    return { service, words: command };
  }
  if (isWithoutService) return { service: undefined, words };
  const [service, ...command] = words;
  return { service, words: command };
}

import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { DevenvError, messageOf } from '../common/errors.ts';
import { kindOfFile } from '../common/regular-file.ts';
import type { CliContext } from './context.ts';

/** Where this user's logs and answers lie, so that nothing appears in anybody's project; it need not exist yet. */
export function stateDirectory({ environment }: Pick<CliContext, 'environment'>): string {
  const given = environment['XDG_STATE_HOME'] ?? '';
  // A relative one is to be ignored, as its specification says: it would lie in the project.
  return join(isAbsolute(given) ? given : join(homedir(), '.local/state'), 'gefyra-devenv');
}

/**
 * Makes the state directory, or one in it, if it is not there; it belongs to this user alone afterwards.
 * Errors: `state-unusable` when it cannot be made, is a link, or somebody else's.
 */
export function makeStateDirectory(
  context: Pick<CliContext, 'environment'>,
  ...below: readonly string[]
): string {
  const directories = [stateDirectory(context)];
  for (const name of below) directories.push(join(directories.at(-1) ?? '', name));
  for (const directory of directories) makePrivate(directory);
  return directories.at(-1) ?? '';
}

function makePrivate(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stats = lstatSync(directory);
    if (!stats.isDirectory()) throw unusable(directory, `it is ${kindOfFile(stats)}, not a directory`);
    if (stats.uid !== process.getuid?.() && process.getuid !== undefined)
      throw unusable(directory, `it belongs to the user with the id ${stats.uid}`);
    if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
  } catch (error) {
    throw error instanceof DevenvError ? error : unusable(directory, messageOf(error));
  }
}

function unusable(directory: string, why: string): DevenvError {
  return new DevenvError({
    code: 'state-unusable',
    message: `${directory} cannot hold the state of devenv: ${why}`,
    hint: 'make it a directory of yours, or point XDG_STATE_HOME at one that you may write to',
    owner: 'environment',
  });
}

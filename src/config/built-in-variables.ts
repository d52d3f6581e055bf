import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readRegularFile } from '../common/regular-file.ts';
import { type Variables, variablesFrom } from './variables.ts';

/** No file of git's that is read here is longer. */
const LIMIT_BYTES = 4096;

/**
 * What every file may use without setting it: `GEFYRA_USER`, the user's name on this machine, and `GEFYRA_BRANCH`, the
 * branch of git that is checked out in or above `directory`; that one is not set where there is none. Runs nothing.
 */
export async function builtInVariables(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Variables> {
  return variablesFrom({
    GEFYRA_USER: environment['USER'] ?? environment['USERNAME'] ?? userName(),
    GEFYRA_BRANCH: await branchAbove(directory),
  });
}

/** A user may have no name: a number is enough for a container. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

async function branchAbove(directory: string): Promise<string | undefined> {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const head = (await firstLine(join(at, '.git', 'HEAD'))) ?? (await headOfWorktree(at));
    if (head !== undefined) return /^ref: refs\/heads\/(.+)$/.exec(head)?.[1];
    if (dirname(at) === at) return undefined;
  }
}

/** In a further worktree or a submodule, `.git` is a file that names the directory. */
async function headOfWorktree(directory: string): Promise<string | undefined> {
  const path = /^gitdir: (.+)$/.exec((await firstLine(join(directory, '.git'))) ?? '')?.[1];
  return path === undefined ? undefined : firstLine(join(resolve(directory, path), 'HEAD'));
}

async function firstLine(file: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(file, LIMIT_BYTES)).toString('utf8').split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

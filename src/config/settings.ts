import { dirname, join, resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { pathList } from '../common/path-list.ts';
import { discover } from './discover.ts';
import { readEnvironment } from './environment.ts';
import { Room } from './interpolate.ts';
import type { LoadOptions } from './load-options.ts';
import { TextFiles } from './text-files.ts';
import { type Variables, variablesFrom, withFallback } from './variables.ts';

/** What env files say about how a project is loaded. */
export interface Settings {
  /** Their variables, and over them those of the process. */
  readonly variables: Variables;
  /** Absolute paths of the files that they name; undefined when they name none, or the user has. */
  readonly files: readonly string[] | undefined;
  /** The env file that named them. */
  readonly outerEnvFile: string | undefined;
  /** Absolute paths of all env files, where they name further ones; undefined when they do not. */
  readonly envFiles: readonly string[] | undefined;
}

type Given = Pick<LoadOptions, 'files' | 'directory' | 'environment' | 'envFiles' | 'signal'>;

/**
 * The settings in env files: the given ones, else the `.env` of the working directory, where that names the files, and
 * the one beside the first file. What cannot be found or read says nothing here: whoever loads the project tells.
 */
export async function settingsIn(given: Given): Promise<Settings> {
  const texts = new TextFiles(given.signal);
  const read: Read = (files) => readAll(files, variablesFrom(given.environment), texts);
  if (given.envFiles !== undefined) {
    const variables = await read(given.envFiles.map((file) => resolve(given.directory, file)));
    const files =
      given.files === undefined ? pathList(variables.get('GEFYRA_FILE'), given.directory) : undefined;
    return { variables, files, outerEnvFile: undefined, envFiles: undefined };
  }
  const named = given.files === undefined ? await namedFiles(given, read) : undefined;
  const main = await mainFile({ ...given, files: named?.files ?? given.files });
  const beside = main === undefined ? [] : [join(dirname(main), '.env')];
  const all = [...new Set([...beside, ...(named === undefined ? [] : [named.by])])];
  const variables = await read(all);
  const further = variables.get('GEFYRA_ENV_FILE')?.split(',') ?? [];
  const paths = further.filter((path) => path !== '').map((path) => resolve(dirname(all.at(-1) ?? ''), path));
  const envFiles = paths.length === 0 ? undefined : [...(await present(all, texts)), ...paths];
  return { variables, files: named?.files, outerEnvFile: named?.by, envFiles };
}

type Read = (files: readonly string[]) => Promise<Variables>;

/** The files that an env file names: the one of the working directory, or the one beside the nearest file. */
async function namedFiles(
  given: Given,
  read: Read,
): Promise<{ readonly files: readonly string[]; readonly by: string } | undefined> {
  const main = await mainFile(given);
  for (const directory of new Set([given.directory, dirname(main ?? join(given.directory, '.env'))])) {
    const by = join(directory, '.env');
    const files = pathList((await read([by])).get('GEFYRA_FILE'), directory);
    if (files !== undefined) return { files, by };
  }
  return undefined;
}

/** Variables of env files, later ones over earlier ones, of those that can be read. */
async function readAll(files: readonly string[], outer: Variables, texts: TextFiles): Promise<Variables> {
  let variables = outer;
  for (const file of [...files].reverse()) {
    const found = await readEnvironment([file], outer, { texts, room: new Room() }).catch(passOver);
    if (found !== undefined) variables = withFallback(variables, found.variables);
  }
  return variables;
}

/** Variables of which each says something about the loading: a wrong one matters, whether a file uses it or not. */
export const SETTINGS: readonly string[] = [
  'FILE',
  'ENV_FILE',
  'PROJECT_NAME',
  'CONTEXT',
  'NAMESPACE',
  'PROFILES',
  'AS',
].map((name) => `GEFYRA_${name}`);

async function mainFile({ directory, files }: Given): Promise<string | undefined> {
  try {
    return (await discover(directory, files, 'unwanted')).files[0];
  } catch (error) {
    return passOver(error);
  }
}

async function present(files: readonly string[], texts: TextFiles): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) if ((await texts.read(file).catch(passOver)) !== undefined) found.push(file);
  return found;
}

function passOver(error: unknown): undefined {
  if (!(error instanceof DevenvError) || error.code === 'cancelled') throw error;
  return undefined;
}

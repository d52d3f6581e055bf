import { delimiter, dirname, join, resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { discover } from './discover.ts';
import { readEnvironment } from './environment.ts';
import { Room } from './interpolate.ts';
import type { LoadOptions } from './load-options.ts';
import { TextFiles } from './text-files.ts';
import { type Variables, variablesFrom } from './variables.ts';

/** What env files say about how a project is loaded. */
export interface Settings {
  /** Their variables, without those of the process. */
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
  const here = join(given.directory, '.env');
  const read = async (files: readonly string[]): Promise<Variables> => {
    const own: Variables[] = [];
    for (const file of files) {
      const found = await readEnvironment([file], variablesFrom({}), { texts, room: new Room() }).catch(
        passOver,
      );
      if (found !== undefined) own.unshift(found.variables);
    }
    return { get: (name) => firstOf(own, name), names: () => own.flatMap((one) => [...one.names()]) };
  };
  if (given.envFiles !== undefined) {
    const files = given.envFiles.map((file) => resolve(given.directory, file));
    const variables = await read(files);
    const named =
      given.files === undefined ? pathList(variables.get('GEFYRA_FILE'), given.directory) : undefined;
    return { variables, files: named, outerEnvFile: undefined, envFiles: undefined };
  }
  const outer =
    given.files === undefined
      ? pathList((await read([here])).get('GEFYRA_FILE'), given.directory)
      : undefined;
  const main = await mainFile({ ...given, files: outer ?? given.files });
  const beside = main === undefined ? [] : [join(dirname(main), '.env')];
  const inner =
    main === undefined || given.files !== undefined || outer !== undefined
      ? undefined
      : pathList((await read(beside)).get('GEFYRA_FILE'), dirname(main));
  const outerEnvFile = outer === undefined ? (inner === undefined ? undefined : beside[0]) : here;
  const files = outer ?? inner;
  const innerMain = files?.[0];
  const own = innerMain === undefined ? beside : [join(dirname(innerMain), '.env')];
  const all = [...new Set([...own, ...(outerEnvFile === undefined ? [] : [outerEnvFile])])];
  const variables = await read(all);
  const further = variables
    .get('GEFYRA_ENV_FILE')
    ?.split(',')
    .filter((name) => name !== '');
  const from = dirname(outerEnvFile ?? own[0] ?? here);
  const envFiles =
    further === undefined || further.length === 0
      ? undefined
      : [...(await present(all, texts)), ...further.map((file) => resolve(from, file))];
  return { variables, files, outerEnvFile, envFiles };
}

/** Paths as `GEFYRA_FILE` lists them: with `:` between them, on Windows `;`. Undefined when there is none. */
export function pathList(text: string | undefined, directory: string): readonly string[] | undefined {
  const paths = text?.split(delimiter).filter((path) => path !== '') ?? [];
  return paths.length === 0
    ? undefined
    : paths.map((path) => (path === '-' ? path : resolve(directory, path)));
}

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

/** Later files win. */
function firstOf(variables: readonly Variables[], name: string): string | undefined {
  for (const one of variables) {
    const value = one.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

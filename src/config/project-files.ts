import { dirname, join, resolve } from 'node:path';
import { builtInVariables } from './built-in-variables.ts';
import { discover, type FoundFiles } from './discover.ts';
import { type Environment, missingFile, readEnvironment } from './environment.ts';
import type { Room } from './interpolate.ts';
import type { LoadOptions } from './load-options.ts';
import { SETTINGS } from './settings.ts';
import type { TextFiles } from './text-files.ts';
import { variablesFrom, withFallback } from './variables.ts';

/** The files of a project, with its variables. */
export interface ProjectFiles extends FoundFiles {
  /** Absolute path of the first file. */
  readonly main: string;
  readonly environment: Environment;
}

/** Finds the files of a project, takes in standard input, and reads its variables. Errors: `config-not-found`, `usage`. */
export async function findProject(options: LoadOptions, texts: TextFiles, room: Room): Promise<ProjectFiles> {
  const wanted = options.override === false ? 'unwanted' : 'wanted';
  const found = await discover(options.directory, options.files, wanted);
  const { standardInput } = found;
  if (standardInput !== undefined)
    texts.give(standardInput, (await options.readInput?.()) ?? '', options.directory);
  for (const path of found.possibleOverrides) texts.note(path);
  const main = found.files[0] ?? '';
  return { ...found, main, environment: await environmentOf(options, dirname(main), texts, room) };
}

async function environmentOf(
  options: LoadOptions,
  beside: string,
  texts: TextFiles,
  room: Room,
): Promise<Environment> {
  const outer = variablesFrom(options.environment);
  const builtIn = await builtInVariables(options.environment, beside);
  const given = options.envFiles?.map((file) => resolve(options.directory, file));
  for (const file of given ?? []) if ((await texts.read(file)) === undefined) throw missingFile(file);
  const { outerEnvFile } = options;
  const files = given ?? [join(beside, '.env'), ...(outerEnvFile === undefined ? [] : [outerEnvFile])];
  const environment = await readEnvironment([...new Set(files)], outer, { texts, room });
  for (const name of SETTINGS) environment.variables.get(name);
  return { ...environment, variables: withFallback(environment.variables, builtIn) };
}

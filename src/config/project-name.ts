import { basename, dirname } from 'node:path';
import { discover } from './discover.ts';
import { hasVariables, Room } from './interpolate.ts';
import { interpolateTree } from './interpolate-tree.ts';
import { type LoadOptions, readEnvFiles } from './load.ts';
import { parseYaml } from './parse.ts';
import { PROJECT_NAME, projectNameFrom } from './read/workspace.ts';
import type { Source } from './source.ts';
import { TextFiles } from './text-files.ts';
import { entryOf, type Mapping } from './tree.ts';
import { type Variables, variablesFrom } from './variables.ts';

/** Which file is meant, and the project's name as far as the file tells it. */
export interface NamedFile {
  /** Absolute path. */
  readonly file: string;
  /** Undefined when it cannot be told, e.g. because the file is no YAML; whatever else is wrong with it does not matter. */
  readonly name: string | undefined;
}

/** The project of a file that may be broken. Errors: `config-not-found`. */
export async function projectNameIn(
  options: Pick<LoadOptions, 'file' | 'directory' | 'environment' | 'envFiles' | 'signal'>,
): Promise<NamedFile> {
  const file = await discover(options.directory, options.file);
  const texts = new TextFiles(options.signal);
  const text = await texts.read(file);
  const root = text === undefined || text.problems.length > 0 ? undefined : mappingIn(text.source);
  return { file, name: root === undefined ? undefined : await nameIn(root, file, options, texts) };
}

function mappingIn(source: Source): Mapping | undefined {
  const { root } = parseYaml(source);
  return root?.kind === 'mapping' ? root : undefined;
}

async function nameIn(
  root: Mapping,
  file: string,
  options: LoadOptions,
  texts: TextFiles,
): Promise<string | undefined> {
  const written = entryOf(root, 'name')?.value;
  if (written === undefined) return projectNameFrom(basename(dirname(file)));
  if (written.kind !== 'scalar' || typeof written.value !== 'string') return undefined;
  const name = hasVariables(written.value)
    ? resolvedName(root, await variablesOf(options, dirname(file), texts))
    : written.value;
  return name !== undefined && PROJECT_NAME.test(name) ? name : undefined;
}

function resolvedName(root: Mapping, variables: Variables): string | undefined {
  const resolved = interpolateTree(root, variables, new Room()).root;
  const name = resolved.kind === 'mapping' ? entryOf(resolved, 'name')?.value : undefined;
  const isKnown = name?.kind === 'scalar' && name.unresolved !== true;
  return isKnown && typeof name.value === 'string' ? name.value : undefined;
}

/** Files of variables that cannot be read leave those of the process. */
async function variablesOf(options: LoadOptions, beside: string, texts: TextFiles): Promise<Variables> {
  try {
    return (await readEnvFiles(options, beside, texts, new Room())).variables;
  } catch {
    return variablesFrom(options.environment, new Map());
  }
}

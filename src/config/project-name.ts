import { basename, dirname } from 'node:path';
import { discover } from './discover.ts';
import { hasVariables, Room } from './interpolate.ts';
import { interpolateTree } from './interpolate-tree.ts';
import type { LoadOptions } from './load-options.ts';
import { parseYaml } from './parse.ts';
import { findProject } from './project-files.ts';
import { PROJECT_NAME, projectNameFrom } from './read/workspace.ts';
import { LARGE_BYTES, TextFiles } from './text-files.ts';
import { entryOf, type Mapping } from './tree.ts';
import { type Variables, variablesFrom } from './variables.ts';

/** Which file is meant, and the project's name as far as its layers tell it. */
export interface NamedFile {
  /** Absolute path of the first one. */
  readonly file: string;
  /** Undefined when it cannot be told, e.g. because a file is no YAML; whatever else is wrong with it does not matter. */
  readonly name: string | undefined;
}

/** What of the options tells which project is meant. */
export type ProjectOptions = Pick<
  LoadOptions,
  'files' | 'readInput' | 'override' | 'directory' | 'environment' | 'envFiles' | 'outerEnvFile' | 'signal'
>;

/** The project of files that may be broken. Errors: `config-not-found`. */
export async function projectNameIn(options: ProjectOptions): Promise<NamedFile> {
  const texts = new TextFiles(options.signal);
  const found = await discover(
    options.directory,
    options.files,
    options.override === false ? 'unwanted' : 'wanted',
  );
  const [file = ''] = found.files;
  const { standardInput, override } = found;
  if (standardInput !== undefined)
    texts.give(standardInput, (await options.readInput?.()) ?? '', options.directory);
  const layers = override === undefined ? found.files : [...found.files, override];
  let name = projectNameFrom(basename(dirname(file)));
  for (const layer of layers) {
    const text = await texts.read(layer, LARGE_BYTES);
    const { root } = text === undefined || text.problems.length > 0 ? {} : parseYaml(text.source);
    // A person's own layer may hold nothing.
    if (root?.kind !== 'mapping' && layer === override) continue;
    if (root?.kind !== 'mapping') return { file, name: undefined };
    if (entryOf(root, 'name') !== undefined) name = await nameIn(root, options);
  }
  return { file, name };
}

async function nameIn(root: Mapping, options: ProjectOptions): Promise<string | undefined> {
  const written = entryOf(root, 'name')?.value;
  if (written?.kind !== 'scalar' || typeof written.value !== 'string') return undefined;
  const name = hasVariables(written.value) ? resolvedName(root, await variablesOf(options)) : written.value;
  return name !== undefined && PROJECT_NAME.test(name) ? name : undefined;
}

function resolvedName(root: Mapping, variables: Variables): string | undefined {
  const resolved = interpolateTree(root, variables, new Room()).root;
  const name = resolved.kind === 'mapping' ? entryOf(resolved, 'name')?.value : undefined;
  const isKnown = name?.kind === 'scalar' && name.unresolved !== true;
  return isKnown && typeof name.value === 'string' ? name.value : undefined;
}

/** Files of variables that cannot be read leave those of the process. */
async function variablesOf(options: ProjectOptions): Promise<Variables> {
  try {
    const texts = new TextFiles(options.signal);
    return (await findProject(options, texts, new Room())).environment.variables;
  } catch {
    return variablesFrom(options.environment);
  }
}

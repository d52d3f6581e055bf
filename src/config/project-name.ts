import { basename, dirname } from 'node:path';
import { discover } from './discover.ts';
import { hasVariables, Room } from './interpolate.ts';
import { interpolateTree } from './interpolate-tree.ts';
import type { LoadOptions } from './load-options.ts';
import { parseYaml } from './parse.ts';
import { findProject } from './project-files.ts';
import { PROJECT_NAME, projectNameFrom } from './read/workspace.ts';
import { LARGE_BYTES, type TextFile, TextFiles } from './text-files.ts';
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
  const layers = await readLayers(options);
  const named = lastNamed(layers);
  if (typeof named !== 'object') return { file: layers.file, name: named };
  const variables = hasVariables(writtenName(named) ?? '') ? await variablesOf(options) : NO_VARIABLES;
  return { file: layers.file, name: nameIn(named, variables) };
}

/**
 * The same name, found out when it is asked for: that takes the parsing of all layers, and few files use it.
 * Errors: `config-not-found`.
 */
export async function laterProjectName(
  options: ProjectOptions,
  variables: Variables,
): Promise<() => string | undefined> {
  const layers = await readLayers(options);
  let told: { readonly name: string | undefined } | undefined;
  return () => {
    if (told === undefined) {
      const named = lastNamed(layers);
      told = { name: typeof named === 'object' ? nameIn(named, variables) : named };
    }
    return told.name;
  };
}

interface Layers {
  readonly file: string;
  readonly texts: readonly { readonly text: TextFile | undefined; readonly isOwn: boolean }[];
}

async function readLayers(options: ProjectOptions): Promise<Layers> {
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
  const read = layers.map(async (layer) => ({
    text: await texts.read(layer, LARGE_BYTES),
    isOwn: layer === override,
  }));
  return { file, texts: await Promise.all(read) };
}

/** The last layer that has a name; that of the directory where none has; undefined where it cannot be told. */
function lastNamed({ file, texts }: Layers): Mapping | string | undefined {
  let named: Mapping | undefined;
  for (const { text, isOwn } of texts) {
    const { root } = text === undefined || text.problems.length > 0 ? {} : parseYaml(text.source);
    // A person's own layer may hold nothing.
    if (root?.kind !== 'mapping' && isOwn) continue;
    if (root?.kind !== 'mapping') return undefined;
    if (entryOf(root, 'name') !== undefined) named = root;
  }
  return named ?? projectNameFrom(basename(dirname(file)));
}

function nameIn(root: Mapping, variables: Variables): string | undefined {
  const written = writtenName(root);
  if (written === undefined) return undefined;
  const name = hasVariables(written) ? resolvedName(root, variables) : written;
  return name !== undefined && PROJECT_NAME.test(name) ? name : undefined;
}

function writtenName(root: Mapping): string | undefined {
  const written = entryOf(root, 'name')?.value;
  return written?.kind === 'scalar' && typeof written.value === 'string' ? written.value : undefined;
}

const NO_VARIABLES = variablesFrom({});

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

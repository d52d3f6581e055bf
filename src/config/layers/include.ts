import { dirname, relative, resolve } from 'node:path';
import { readEnvironment } from '../environment.ts';
import { realFiles } from '../file-system.ts';
import { mannersOf } from '../manners.ts';
import { missingPath } from '../missing-path.ts';
import type { Path, ProblemFacts } from '../problem.ts';
import { expandPath } from '../read/path.ts';
import { items, stringIn, under, type Value } from '../read/reading.ts';
import { entryOf, type Mapping, problemOf, quote } from '../tree.ts';
import type { LayerReading, Origin } from './layer-reading.ts';
import type { readLayers } from './layers.ts';
import { mergeLayers, without } from './merge.ts';

/** The file whose includes are read. */
export interface Including {
  /** Absolute path. */
  readonly path: string;
  readonly origin: Origin;
  readonly reading: LayerReading;
  /** Reads the files of an include as the project that they are. */
  readonly readLayers: typeof readLayers;
}

/**
 * What the earlier layers and the includes of a file come to, which is what the file itself is merged over. Of two
 * includes with the same service, the first one's wins, as in Compose. The name of an included project does not matter.
 */
export async function baseWithIncludes(
  earlier: Mapping | undefined,
  tree: Mapping,
  including: Including,
): Promise<Mapping | undefined> {
  const value = entryOf(tree, 'include')?.value;
  if (value === undefined) return earlier;
  const path: Path = ['include'];
  const all = value.kind === 'sequence' ? items({ node: value, path }) : [{ node: value, path }];
  const projects: Mapping[] = [];
  for (const one of all) {
    const project = await readInclude(one, including);
    if (project !== undefined) projects.push(project);
  }
  return projects
    .reverse()
    .reduce<Mapping | undefined>((base, project) => mergeLayers(base, without(project, 'name')), earlier);
}

async function readInclude(value: Value, including: Including): Promise<Mapping | undefined> {
  const { reading, origin } = including;
  const pathPlace = value.node.kind === 'mapping' ? under(value, 'path') : value;
  const places = listed(pathPlace);
  const files: string[] = [];
  for (const place of places) {
    const file = await existing(place, including);
    if (file === undefined) return undefined;
    files.push(file);
  }
  const [first] = files;
  if (first === undefined) return undefined;
  const directoryPlace = under(value, 'project_directory');
  const directoryText = stringIn(directoryPlace);
  const directory =
    directoryPlace === undefined || directoryText === undefined
      ? undefined
      : expandPath(directoryText, directoryPlace, reading);
  const variables = await variablesOf(value, directory ?? dirname(first), including);
  const included: Origin = {
    variables,
    directory,
    manners: mannersOf(first, origin.manners),
    includedBy: [...origin.includedBy, including.path],
  };
  const layers = files.map((path) => ({ path, emptiness: 'refused' as const }));
  const { root } = await including.readLayers(layers, included, reading);
  return root?.kind === 'mapping' ? root : undefined;
}

/** The file that a path means; undefined, with its problem noted, when it cannot be read or includes itself. */
async function existing(place: Value, { path, origin, reading }: Including): Promise<string | undefined> {
  const text = stringIn(place);
  if (text === undefined) {
    reading.lacksValueOf(place.node);
    return undefined;
  }
  const report = (facts: ProblemFacts) => {
    reading.lacks(problemOf(place.node, place.path, facts));
    return undefined;
  };
  if (/^(oci:|git@|[a-z+]+:\/\/|github\.com\/)/.test(text)) {
    return report({
      code: 'bad-include',
      message: `${quote(text)} is not on this machine`,
      hint: 'clone it, and name the file',
    });
  }
  const file = expandPath(text, place, reading);
  const chain = [...origin.includedBy, path];
  if (chain.includes(file)) {
    const names = [...chain.slice(chain.indexOf(file)), file].map((one) => nameBeside(path, one));
    return report({
      code: 'include-cycle',
      message: `files include each other: ${names.join(' → ')}`,
      hint: 'take one of the includes out',
    });
  }
  const found = await realFiles.find(file);
  if (found === undefined) {
    reading.texts.note(file);
    return report({ code: 'missing-include', ...(await missingPath(file, realFiles)) });
  }
  if (found.kind === 'a file') {
    const facts = await reading.unreadable(file);
    return facts === undefined ? file : report({ code: 'bad-include', ...facts });
  }
  return report({
    code: 'bad-include',
    message: `${JSON.stringify(file)} is ${found.kind}`,
    hint: found.kind === 'a directory' ? 'name the file in it' : 'name a file',
  });
}

/** Those of the including file, and behind them those of the included project's own env files. */
async function variablesOf(value: Value, directory: string, { origin, reading }: Including) {
  const place = under(value, 'env_file');
  const given = listed(place).flatMap((one) => {
    const text = stringIn(one);
    return text === undefined ? [] : [{ one, file: expandPath(text, one, reading) }];
  });
  for (const { one, file } of given) {
    if ((await realFiles.find(file)) !== undefined) continue;
    const facts = { code: 'missing-env-file', ...(await missingPath(file, realFiles)) };
    reading.problems.push(problemOf(one.node, one.path, facts));
  }
  const files = place === undefined ? [resolve(directory, '.env')] : given.map(({ file }) => file);
  const environment = await readEnvironment(files, origin.variables, reading);
  reading.environments.push(environment);
  return environment.variables;
}

/** One value, or a list of them. */
function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.node.kind === 'sequence' ? items(value) : [value];
}

/** A file's name as it is told apart from others near it. */
function nameBeside(file: string, other: string): string {
  return relative(dirname(file), other);
}

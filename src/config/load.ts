import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { partOfWorkspace } from '../model/part-of-workspace.ts';
import type { Build, Workspace } from '../model/workspace.ts';
import { commonMistakes, unexplained } from './common-mistakes.ts';
import { withoutConsequences } from './consequences.ts';
import { realFiles } from './file-system.ts';
import { Room } from './interpolate.ts';
import { judgeUnset } from './judge-unset.ts';
import { LayerReading, type Origin } from './layers/layer-reading.ts';
import { readLayers } from './layers/layers.ts';
import { withoutTags } from './layers/merge.ts';
import { activePart } from './layers/profiles.ts';
import type { LoadOptions } from './load-options.ts';
import { type Problem, sortProblems } from './problem.ts';
import { findProject, type ProjectFiles } from './project-files.ts';
import { laterProjectName } from './project-name.ts';
import { Reading } from './read/reading.ts';
import { readWorkspace } from './read/workspace.ts';
import { goneServices, refuseForeignChoice, refuseImpossibleChoice } from './refused-choice.ts';
import { brokenRules, doubtfulParts } from './rules/all.ts';
import { doubtfulSources } from './rules/doubtful-sources.ts';
import { BAD_FORMAT, MISSING_KEY, schemaProblems } from './schema-problems.ts';
import { type Sources, shown } from './shown.ts';
import { TextFiles } from './text-files.ts';
import type { Node } from './tree.ts';
import { EMPTY_VALUE } from './type-problem.ts';
import { isAboutName } from './variable-problems.ts';
import { type Variables, withFallback } from './variables.ts';
import { withoutNothing } from './without-nothing.ts';

/** Files as a workspace, or everything that is wrong with them, by position. */
export type LoadResult = LoadedFiles &
  (
    | {
        readonly workspace: Workspace;
        /** Things worth knowing that do not make the file wrong. */
        readonly warnings: readonly Problem[];
        /** What the files come to, merged. */
        readonly root: Node;
        /** Services that were named and that the file has no more: see `LoadOptions.servicesMayBeGone`. */
        readonly gone: readonly string[];
      }
    | {
        readonly problems: readonly Problem[];
        /** The same, where nothing is wrong but that variables have no value; what has one of them is unresolved. */
        readonly root?: Node | undefined;
      }
  );

/** What was read. */
export interface LoadedFiles {
  /**
   * Texts to show problems and warnings in, where there are any: of the files that were read, by absolute path; values of
   * env files, and secrets of all others, are masked.
   */
  readonly sources: Sources;
  /** Absolute paths of the layers, later ones over earlier ones. */
  readonly layers: readonly string[];
  /** Absolute path of the directory where relative paths of the first one begin. */
  readonly directory: string;
  /** The last of them, where it is the person's own; undefined when there is none. */
  readonly override: string | undefined;
  /** Absolute paths of files that would be layers by their names, if there were no other of nearly the same. */
  readonly ignored: readonly string[];
  /** Absolute paths of all files that the result depends on, there or not. */
  readonly files: readonly string[];
}

/**
 * Reads, merges, checks and normalises the files of a project. Whatever is wrong in a file is a problem, all at once.
 * Errors: `config-not-found` when a file is missing or unreadable, no regular one or too large; `cancelled` when the
 * signal aborts; `usage` for an impossible project name or mark, for a context or namespace where the targets are not on
 * Kubernetes, and for the name of a service that there is not.
 */
export async function loadWorkspace(options: LoadOptions): Promise<LoadResult> {
  refuseImpossibleChoice(options);
  const texts = new TextFiles(options.signal);
  const room = new Room();
  const project = await findProject(options, texts, room);
  const home = options.environment['HOME'] ?? homedir();
  const layers = new LayerReading({ texts, room, home });
  const { workspace, root, known, problems, warnings, masked } = await check(project, options, layers);

  const environments = [project.environment, ...layers.environments];
  const doubts = environments.flatMap((environment) => environment.doubts);
  // What is not set may be so because a line of an env file is wrong.
  const unset = problems.some(isAboutName) ? doubts : [];
  const wrong = [...problems, ...environments.flatMap((environment) => environment.problems()), ...unset];
  const told = wrong.length > 0 || workspace === undefined ? wrong : [...warnings, ...doubts];
  const others = [...environments.map((one) => one.masked), masked].flatMap((texts) => [...(texts ?? [])]);
  const order = layers.sources.map(({ file }) => file);
  const { problems: seen, sources } = shown(layers.sources, sortProblems(told, order), new Map(others));
  for (const { build } of workspace?.services.values() ?? [])
    if (build !== undefined && isDockerfileRead(build)) texts.note(build.dockerfile);
  const { override, standardInput } = project;
  const read = {
    sources,
    layers: override === undefined ? project.files : [...project.files, override],
    directory: directoryOf(project, options),
    override,
    ignored: project.ignored,
    files: texts.files.filter((file) => file !== standardInput),
  };
  if (wrong.length > 0 || workspace === undefined || root === undefined) {
    const isWhole = !layers.isPartial && problems.every(isAboutName);
    return { ...read, problems: seen, root: isWhole ? root : undefined };
  }
  refuseForeignChoice(workspace, options);
  const { services: named = [] } = options;
  const gone = goneServices(options, known ?? []);
  const wanted = named.length === 0 ? workspace : partOfWorkspace(workspace, named);
  return { ...read, workspace: wanted, root, warnings: seen, gone };
}

/** Whether there is one on this machine. */
function isDockerfileRead({ options }: Build): boolean {
  return options === undefined || (!options.isRemote && options.inline === undefined);
}

interface Checked {
  readonly workspace?: Workspace;
  readonly root?: Node;
  /** Names of all services, whatever their profiles. */
  readonly known?: readonly string[] | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Masked texts of the env files that services name. */
  readonly masked?: ReadonlyMap<string, string>;
}

async function check(project: ProjectFiles, options: LoadOptions, layers: LayerReading): Promise<Checked> {
  const outer = project.environment.variables;
  const variables = withFallback(outer, await givenByCompose(options, outer));
  const origin: Origin = { variables, manners: 'gefyra', includedBy: [] };
  const all = project.files.map((path) => ({ path, emptiness: 'refused' as const }));
  const { override } = project;
  const own = override === undefined ? [] : [{ path: override, emptiness: 'allowed' as const }];
  const { root: whole, isOneFile } = await readLayers([...all, ...own], origin, layers);
  const { problems } = layers;
  const shapes = isOneFile ? [] : layers.trees.flatMap(shapeProblems);
  // What does not have the right shape was not merged rightly either.
  if (whole === undefined || shapes.length > 0)
    return judged({ problems: [...problems, ...shapes], warnings: [] }, layers);

  const merged = withoutNothing(whole);
  const mistakes = commonMistakes(merged);
  const shape = unexplained(schemaProblems(merged), mistakes);
  const part =
    merged.kind === 'mapping'
      ? activePart(merged, options.profiles ?? [], options.services ?? [])
      : undefined;
  const root = part?.root ?? merged;
  const files = options.checkPaths === false ? undefined : realFiles;
  const reading = new Reading({
    directory: directoryOf(project, options),
    home: layers.home,
    as: options.as,
    variablesIn: layers.variablesIn,
    mannersIn: layers.mannersIn,
    files,
    texts: layers.texts,
    room: layers.room,
  });
  const workspace = await readWorkspace(root, project.main, choiceOf(options), reading);
  const broken = await brokenRules(workspace, reading.at, files);
  const meaning = unexplained([...reading.problems, ...broken], mistakes);
  const wrong = [
    ...problems,
    ...mistakes.map((mistake) => mistake.problem),
    ...(part?.problems ?? []),
    ...moreTelling(shape, meaning).filter(({ code }) => !layers.isPartial || !isAboutLack(code)),
    ...reading.envFileProblems,
  ];
  const doubts = [
    ...(part?.warnings ?? []),
    ...doubtfulParts(workspace, reading.at),
    ...(await doubtfulSources(workspace, reading.at, files)),
  ];
  const warnings = [...layers.effectless.notes, ...reading.notes, ...reading.warnings, ...doubts];
  const checked = { workspace, root, known: part?.known, problems: wrong, warnings };
  return judged({ ...checked, masked: reading.maskedEnvFiles }, layers);
}

/** What Compose sets where nobody has. */
async function givenByCompose(options: LoadOptions, variables: Variables): Promise<Variables> {
  const { projectName, directory } = options;
  const name = projectName === undefined ? await laterProjectName(options, variables) : () => projectName;
  const given = new Map([
    ['COMPOSE_PROJECT_NAME', name],
    ['PWD', () => directory],
  ]);
  return { get: (variable) => given.get(variable)?.(), names: () => given.keys() };
}

/** The same with what becomes of variables that are not set where that need not be wrong. */
function judged(checked: Checked, { unset }: LayerReading): Checked {
  const { problems, warnings } = judgeUnset(unset, checked.problems);
  return { ...checked, problems, warnings: [...checked.warnings, ...warnings] };
}

function directoryOf({ standardInput, main }: ProjectFiles, { directory }: LoadOptions): string {
  return standardInput === main ? directory : dirname(main);
}

/** What is wrong with one layer as it is written; what it lacks, another one may have. */
function shapeProblems(tree: Node): readonly Problem[] {
  const plain = withoutNothing(withoutTags(tree));
  const mistakes = commonMistakes(plain);
  // Nothing may take away what an earlier layer has.
  const later = [MISSING_KEY, EMPTY_VALUE];
  const shape = unexplained(schemaProblems(plain), mistakes).filter(({ code }) => !later.includes(code));
  return [...mistakes.map((mistake) => mistake.problem), ...shape];
}

/** Whether a problem may be there only because something could not be read. */
function isAboutLack(code: string): boolean {
  return [MISSING_KEY, 'unknown-service', 'undeclared-volume', 'no-services'].includes(code);
}

/** Schema and reading may find the same fault: the reader's words are better for a form, the schema's for all else. */
function moreTelling(shape: readonly Problem[], meaning: readonly Problem[]): Problem[] {
  const told = new Set(meaning.map((problem) => problem.path));
  const kept = shape.filter((problem) => problem.code !== BAD_FORMAT || !told.has(problem.path));
  const shaped = new Set(kept.map((problem) => problem.path));
  return [...kept, ...withoutConsequences(shape, meaning).filter((problem) => !shaped.has(problem.path))];
}

function choiceOf({ projectName, context, namespace }: LoadOptions) {
  return { projectName, context, namespace };
}

import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import type { Workspace } from '../model/workspace.ts';
import { commonMistakes, unexplained } from './common-mistakes.ts';
import { discover } from './discover.ts';
import { parseEnvFile } from './env-file.ts';
import { realFiles } from './file-system.ts';
import { Room } from './interpolate.ts';
import { interpolateTree } from './interpolate-tree.ts';
import { parseYaml } from './parse.ts';
import { type Problem, problemAt, sortProblems, withoutSecrets } from './problem.ts';
import { Reading } from './read/reading.ts';
import { PROJECT_NAME, readWorkspace } from './read/workspace.ts';
import { brokenRules, doubtfulParts } from './rules/all.ts';
import { BAD_FORMAT, schemaProblems } from './schema-problems.ts';
import type { Source } from './source.ts';
import { TextFiles } from './text-files.ts';
import type { Node } from './tree.ts';
import { isAboutName } from './variable-problems.ts';
import { type Variables, variablesFrom } from './variables.ts';
import { secretsOfFile, secretsToHide, veiled } from './veil.ts';

/** What to load and from where. */
export interface LoadOptions {
  /** The file, relative to `directory`. Default: the nearest `gefyra.yaml` in `directory` or above it. */
  readonly file?: string | undefined;
  /** Absolute path of the directory the user is in. */
  readonly directory: string;
  /** Variables of the process. They win over those of env files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Project name that replaces the file's. */
  readonly projectName?: string | undefined;
  /** Context of the kubeconfig that replaces the file's. */
  readonly context?: string | undefined;
  /** Namespace that replaces the file's. */
  readonly namespace?: string | undefined;
  /** Env files, relative to `directory`, later ones over earlier ones. Default: `.env` beside the file, if there is one. */
  readonly envFiles?: readonly string[] | undefined;
  /** Whether the files and directories that the file names must exist. Default: true. */
  readonly checkPaths?: boolean | undefined;
  /** Ends the reading of files. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

/** A valid file as a workspace, or everything that is wrong with it, by position. */
export type LoadResult =
  | {
      readonly workspace: Workspace;
      /** Things worth knowing that do not make the file wrong. */
      readonly warnings: readonly Problem[];
      readonly sources: Sources;
    }
  | { readonly problems: readonly Problem[]; readonly sources: Sources };

/** Texts of the files that were read, by absolute path; values of env files, and secrets of all others, are masked. */
type Sources = ReadonlyMap<string, string>;

/**
 * Reads, checks and normalises a `gefyra.yaml`. Whatever is wrong in a file is a problem, all at once.
 * Errors: `config-not-found` when a file is missing or unreadable, no regular one or too large; `cancelled` when the
 * signal aborts; `usage` for an impossible project name, and for a
 * context or namespace where the targets are not on Kubernetes.
 */
export async function loadWorkspace(options: LoadOptions): Promise<LoadResult> {
  const { projectName } = options;
  if (projectName !== undefined && !PROJECT_NAME.test(projectName)) {
    throw new DevenvError({
      code: 'usage',
      message: `${JSON.stringify(projectName)} cannot be a project name`,
      hint: 'use lower-case letters, digits, - and _, beginning with a letter or digit',
      owner: 'user',
    });
  }
  const file = await discover(options.directory, options.file);
  const texts = new TextFiles(options.signal);
  const room = new Room();
  const text = await texts.read(file);
  if (text === undefined) throw missingFile(file);
  const env = await readEnvFiles(options, dirname(file), texts, room);
  const sources = new Map(env.masked);
  if (text.problems.length > 0) return told(text.source, text.problems, sources);

  const { workspace, problems, warnings, masked } = await check(text.source, env.variables, options, {
    texts,
    room,
  });
  for (const [path, content] of masked ?? []) sources.set(path, content);
  const all = sortProblems([...problems, ...env.problems]);
  if (workspace === undefined || all.length > 0) return told(text.source, all, sources);
  refuseForeignChoice(workspace, options);
  const { problems: doubts, sources: shown } = told(text.source, sortProblems(warnings), sources);
  return { workspace, warnings: doubts, sources: shown };
}

/** Problems and the texts they are shown in, without the file's secrets. */
function told(source: Source, problems: readonly Problem[], others: Sources) {
  const parts = secretsOfFile(source);
  const own = problems.filter(({ file }) => file === source.file);
  const shown = veiled(source, parts, own.filter(isAboutName));
  const hidden = secretsToHide(source, parts, shown);
  return {
    problems: problems.map((problem) => withoutSecrets(problem, hidden)),
    sources: new Map([[source.file, shown], ...others]),
  };
}

function choiceOf({ projectName, context, namespace }: LoadOptions) {
  return { projectName, context, namespace };
}

function refuseForeignChoice({ connection }: Workspace, { context, namespace }: LoadOptions): void {
  if (connection.platform === 'kubernetes' || (context === undefined && namespace === undefined)) return;
  const flag = context === undefined ? '--namespace' : '--context';
  throw new DevenvError({
    code: 'usage',
    message: `${flag} is for targets on Kubernetes, and those of this file are on Docker`,
    owner: 'user',
  });
}

interface Checked {
  readonly workspace?: Workspace;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Masked texts of the env files that services name. */
  readonly masked?: ReadonlyMap<string, string>;
}

async function check(
  source: Source,
  variables: Variables,
  options: LoadOptions,
  shared: Pick<Reading, 'texts' | 'room'>,
): Promise<Checked> {
  const parsed = parseYaml(source);
  if (parsed.root === undefined || isNothing(parsed.root)) {
    const problems = parsed.problems.length > 0 ? parsed.problems : [emptyFile(source)];
    return { problems, warnings: [] };
  }
  const interpolated = interpolateTree(parsed.root, variables, shared.room);
  const { root } = interpolated;
  const mistakes = commonMistakes(root);
  const shape = unexplained(schemaProblems(root), mistakes);

  const home = options.environment.HOME ?? homedir();
  const files = options.checkPaths === false ? undefined : realFiles;
  const reading = new Reading({
    directory: source.directory,
    home,
    variablesIn: () => variables,
    files,
    ...shared,
  });
  const workspace = await readWorkspace(root, source.file, choiceOf(options), reading);
  const broken = await brokenRules(workspace, reading.at, files);
  const meaning = unexplained([...reading.problems, ...broken], mistakes);

  const problems = [
    ...parsed.problems,
    ...interpolated.problems,
    ...mistakes.map((mistake) => mistake.problem),
    ...moreTelling(shape, meaning),
    ...reading.envFileProblems,
  ];
  const warnings = [...reading.warnings, ...doubtfulParts(workspace, reading.at)];
  return { workspace, problems, warnings, masked: reading.maskedEnvFiles };
}

/** Schema and reading may find the same fault: the reader's words are better for a form, the schema's for all else. */
function moreTelling(shape: readonly Problem[], meaning: readonly Problem[]): Problem[] {
  const told = new Set(meaning.map((problem) => problem.path));
  const kept = shape.filter((problem) => problem.code !== BAD_FORMAT || !told.has(problem.path));
  const shaped = new Set(kept.map((problem) => problem.path));
  return [...kept, ...meaning.filter((problem) => !shaped.has(problem.path))];
}

/** Variables of process and env files, by default of the `.env` in the directory `beside`. Errors: `config-not-found`. */
export async function readEnvFiles(options: LoadOptions, beside: string, texts: TextFiles, room: Room) {
  const given = options.envFiles?.map((file) => resolve(options.directory, file));
  const values = new Map<string, string>();
  const masked = new Map<string, string>();
  const problems: Problem[] = [];
  for (const file of given ?? [join(beside, '.env')]) {
    const text = await texts.read(file);
    if (text === undefined && given === undefined) continue;
    if (text === undefined) throw missingFile(file);
    const env = parseEnvFile(
      text.source,
      (name) => options.environment[name],
      (name) => values.get(name),
      room,
    );
    for (const [name, value] of env.values) values.set(name, value);
    masked.set(file, env.masked);
    problems.push(...text.problems, ...env.problems);
  }
  return { variables: variablesFrom(options.environment, values), masked, problems };
}

function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && !node.unresolved;
}

function emptyFile(source: Source): Problem {
  const end = source.text.trimEnd().length;
  return problemAt({ source, start: end, end }, [], {
    code: 'empty-file',
    message: end === 0 ? 'the file is empty' : 'the file holds no settings',
    hint: 'begin with a service, for example `services: {app: {image: "shop-api:dev"}}`',
  });
}

function missingFile(file: string): DevenvError {
  return new DevenvError({
    code: 'config-not-found',
    message: `${file} does not exist`,
    hint: 'check the path',
    owner: 'user',
  });
}

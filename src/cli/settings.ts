import { pathList } from '../common/path-list.ts';
import type { LoadOptions } from '../config/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { wrongUse } from './wrong-use.ts';

type Progress = NonNullable<GlobalFlags['progress']>;

/** How progress may be shown. */
export const PROGRESS_KINDS: readonly Progress[] = ['auto', 'tty', 'plain', 'json', 'quiet'];

/**
 * The flags that variables stand for, by the lookup of one; an empty one says nothing. `directory` is what the paths of
 * `GEFYRA_FILE` are relative to. Errors: `usage` for a progress that there is not.
 */
export function flagsFrom(get: (name: string) => string | undefined, directory: string): GlobalFlags {
  const text = (name: string) => get(name) || undefined;
  const file = pathList(text('GEFYRA_FILE'), directory);
  const envFile = words(text('GEFYRA_ENV_FILE'));
  const progress = progressIn(text('GEFYRA_PROGRESS'));
  return {
    ...choicesFrom(get),
    ...(file === undefined ? {} : { file }),
    ...(envFile === undefined ? {} : { envFile }),
    ...(progress === undefined ? {} : { progress }),
    ...(text('GEFYRA_VERBOSE') === undefined ? {} : { verbose: true }),
  };
}

/** Those of them that choose what of the files counts. */
function choicesFrom(
  get: (name: string) => string | undefined,
): Pick<GlobalFlags, 'projectName' | 'context' | 'namespace' | 'as' | 'profile'> {
  const [projectName, context, namespace, as] = ['PROJECT_NAME', 'CONTEXT', 'NAMESPACE', 'AS'].map(
    (name) => get(`GEFYRA_${name}`) || undefined,
  );
  const profile = words(get('GEFYRA_PROFILES') || undefined);
  return {
    ...(projectName === undefined ? {} : { projectName }),
    ...(context === undefined ? {} : { context }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(as === undefined ? {} : { as }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Words with commas between them. */
function words(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').filter((word) => word !== '');
}

/** What to load, as flags and variables of the process say, and behind them the project's `.env`. */
export async function loadOptionsOf(context: CliContext, flags: GlobalFlags): Promise<LoadOptions> {
  const { directory, environment, ending: signal, readInput } = context;
  const given = {
    files: nonEmpty(flags.file),
    envFiles: nonEmpty(flags.envFile),
    directory,
    environment,
    signal,
  };
  const { settingsIn } = await readsFiles();
  const { variables, files, outerEnvFile, envFiles } = await settingsIn(given);
  const found = choicesFrom(variables.get);
  return {
    ...given,
    files: given.files ?? files,
    envFiles: given.envFiles ?? envFiles,
    outerEnvFile,
    readInput,
    override: flags.override,
    projectName: flags.projectName ?? found.projectName,
    context: flags.context ?? found.context,
    namespace: flags.namespace ?? found.namespace,
    as: flags.as ?? found.as,
    profiles: flags.profile ?? found.profile,
    services: flags.services,
  };
}

/** The flags, with what the project's `.env` says about how progress is shown. */
export async function withProgressOf(context: CliContext, flags: GlobalFlags): Promise<GlobalFlags> {
  if (flags.progress !== undefined) return flags;
  const { directory, environment } = context;
  const given = { files: nonEmpty(flags.file), envFiles: nonEmpty(flags.envFile), directory, environment };
  const { settingsIn } = await readsFiles();
  const { variables } = await context.mortal(() => settingsIn(given));
  const progress = progressIn(variables.get('GEFYRA_PROGRESS') || undefined);
  return progress === undefined ? flags : { ...flags, progress };
}

/** Loaded when a command needs it: help must not wait for what reads files. */
function readsFiles() {
  return import('../config/index.ts');
}

function progressIn(text: string | undefined): Progress | undefined {
  const known = PROGRESS_KINDS.find((kind) => kind === text);
  if (text === undefined || known !== undefined) return known;
  throw wrongUse(
    `GEFYRA_PROGRESS is ${JSON.stringify(text)}, which is no way to show progress`,
    `set it to ${PROGRESS_KINDS.join(', ')}, or unset it`,
  );
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

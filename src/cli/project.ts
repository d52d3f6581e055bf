import { resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { type LoadOptions, projectNameIn } from '../config/index.ts';
import { label } from '../model/labels.ts';
import { type HeldProject, heldProjects } from '../session/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { loadOptionsOf } from './settings.ts';
import { startedFrom } from './started-from.ts';
import { openEngine, runtimeDirectory } from './wiring.ts';
import { wrongUse } from './wrong-use.ts';

/**
 * Name of the project the flags point at, for commands that need nothing else of the file: the one named by `-p`, else by
 * the file, whatever else is wrong with that; where the file is missing or tells no name, the one that lives here, or has
 * containers, and came from it. Errors: `config-not-found` and `config-invalid` when that is none; `usage` when it is
 * several; those of the engine, which is asked last.
 */
export async function projectOf(context: CliContext, flags: GlobalFlags): Promise<string> {
  if (flags.projectName !== undefined) return flags.projectName;
  const options = await context.mortal(() => loadOptionsOf(context, flags));
  if (options.projectName !== undefined) return options.projectName;
  const { file, name, missing } = await namedBy(context, options);
  if (name !== undefined) return name;
  const from = { directory: context.directory, file, isGiven: options.files !== undefined };
  const [live, ...others] = startedFrom(await heldProjects(runtimeDirectory(context)), from);
  if (live !== undefined && others.length === 0) return live;
  const known = await knownProjects(context).catch((error) => {
    // That there is no file is the nearer truth.
    throw missing ?? error;
  });
  const [only, ...more] = startedFrom(known, from);
  if (only !== undefined && more.length === 0) return only;
  throw undecided(file, only === undefined ? [] : [only, ...more], known, missing);
}

async function namedBy({ directory, mortal }: CliContext, options: LoadOptions) {
  try {
    return { ...(await mortal(() => projectNameIn(options))), missing: undefined };
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code !== 'config-not-found') throw error;
    const [file] = options.files ?? [];
    const given = file === undefined ? undefined : resolve(directory, file);
    return { file: given, name: undefined, missing: error };
  }
}

/** Projects of which the engine has something, and those that live here. */
async function knownProjects(context: CliContext): Promise<readonly HeldProject[]> {
  const engine = await openEngine(context);
  const containers = await engine.listUnits({});
  const found = containers.flatMap(({ labels }) => {
    const project = labels[label.project];
    return project === undefined ? [] : [[project, labels[label.file] ?? ''] as const];
  });
  const live = await heldProjects(runtimeDirectory(context));
  const all = new Map([...found, ...live.map(({ project, file }) => [project, file] as const)]);
  return [...all].map(([project, file]) => ({ project, file }));
}

function undecided(
  file: string | undefined,
  candidates: readonly string[],
  known: readonly HeldProject[],
  missing: DevenvError | undefined,
): DevenvError {
  if (candidates.length > 0) {
    return wrongUse(
      `no readable gefyra.yaml tells which project is meant, and several were started from here: ${candidates.join(', ')}`,
      'name one with -p',
    );
  }
  const all = known.map((one) => `${one.project} (${one.file})`).sort();
  const others = all.length === 0 ? undefined : `or name one with -p: ${all.join(', ')}`;
  const hint = [missing === undefined ? 'see `devenv validate`' : missing.hint, others].filter(
    (part) => part !== undefined,
  );
  return new DevenvError({
    code: missing?.code ?? 'config-invalid',
    message: missing?.message ?? `${file} does not tell which project it is, and none was started from it`,
    hint: hint.join('; '),
    owner: 'user',
  });
}

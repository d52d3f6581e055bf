import { DevenvError } from '../common/errors.ts';
import { type EnvFile, parseEnvFile } from './env-file.ts';
import type { Room } from './interpolate.ts';
import type { Problem } from './problem.ts';
import type { TextFiles } from './text-files.ts';
import type { Variables } from './variables.ts';

/** Variables for files, and what is to be said of where they come from. */
export interface Environment {
  readonly variables: Variables;
  /** Texts of the env files with every value masked, by absolute path. */
  readonly masked: ReadonlyMap<string, string>;
  /** What is wrong with the lines whose variables somebody has asked for until now. */
  readonly problems: () => readonly Problem[];
  /** All that is wrong in the files; it matters to nobody as long as nobody asks for it. */
  readonly doubts: readonly Problem[];
}

/**
 * The variables of `outer`, and behind them those of env files, later ones over earlier ones. A file that is not there
 * is passed over. Errors: those of `TextFiles.read`.
 */
export async function readEnvironment(
  files: readonly string[],
  outer: Variables,
  { texts, room }: { readonly texts: TextFiles; readonly room: Room },
): Promise<Environment> {
  const values = new Map<string, string>();
  /** For each name the file that its value is from. */
  const from = new Map<string, EnvFile>();
  const asked = new Map<EnvFile, Set<string>>();
  const masked = new Map<string, string>();
  const doubts: Problem[] = [];
  const note = (name: string) => {
    const file = from.get(name);
    if (file?.faulty.has(name) === true) asked.set(file, (asked.get(file) ?? new Set()).add(name));
    return values.get(name);
  };
  for (const path of files) {
    const text = await texts.read(path);
    if (text === undefined) continue;
    const parsed = parseEnvFile(text.source, outer.get, (name) => values.get(name), room);
    for (const [name, value] of parsed.values) {
      values.set(name, value);
      from.set(name, parsed);
    }
    masked.set(path, parsed.masked);
    doubts.push(...text.problems, ...parsed.problems);
  }
  return {
    variables: {
      get: (name) => outer.get(name) ?? note(name),
      names: () => new Set([...outer.names(), ...values.keys()]),
    },
    masked,
    problems: () => [...asked].flatMap(([file, names]) => file.problemsOf(names)),
    doubts,
  };
}

/** A file that the user has named is not there. */
export function missingFile(file: string): DevenvError {
  return new DevenvError({
    code: 'config-not-found',
    message: `${file} does not exist`,
    hint: 'check the path',
    owner: 'user',
  });
}

import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { realFiles } from './file-system.ts';

/** Names a file is found by, the first before the second. */
const FILE_NAMES = ['gefyra.yaml', 'gefyra.yml'];

/** Names of a person's own layer, the first before the second. */
const OVERRIDE_NAMES = ['gefyra.override.yaml', 'gefyra.override.yml'];

/** What stands for standard input. */
const STANDARD_INPUT = '-';

/** The files of a project. */
export interface FoundFiles {
  /** Absolute paths, later ones over earlier ones; at least one. */
  readonly files: readonly string[];
  /** The one of them that is standard input: a path where nothing lies. */
  readonly standardInput: string | undefined;
  /** The person's own layer, which comes last; undefined when there is none, or it is one of the files anyway. */
  readonly override: string | undefined;
  /** Absolute paths of files that would be read by their names, if there were no other. */
  readonly ignored: readonly string[];
  /** Absolute paths of what may be that layer, there or not. */
  readonly possibleOverrides: readonly string[];
}

/**
 * The files to read: the given ones, of which `-` is standard input, else the nearest `gefyra.yaml` or `gefyra.yml` in
 * `directory` or above it; and beside the first of them the person's own layer, unless it is not wanted.
 * Errors: `config-not-found` naming where it looked; `usage` when standard input is given twice.
 */
export async function discover(
  directory: string,
  given: readonly string[] = [],
  override: 'wanted' | 'unwanted' = 'wanted',
): Promise<FoundFiles> {
  const input = resolve(directory, '<stdin>');
  if (given.filter((file) => file === STANDARD_INPUT).length > 1)
    throw new DevenvError({ code: 'usage', message: 'standard input can be read once only', owner: 'user' });
  const near = given.length === 0 ? await nearest(directory) : [];
  const files =
    given.length === 0
      ? near.slice(0, 1)
      : await Promise.all(
          given.map((file) => (file === STANDARD_INPUT ? input : existing(resolve(directory, file)))),
        );
  const standardInput = given.includes(STANDARD_INPUT) ? input : undefined;
  const beside = dirname(files[0] ?? input);
  const possibleOverrides = override === 'wanted' ? OVERRIDE_NAMES.map((name) => join(beside, name)) : [];
  const [found, ...others] = await filesAmong(possibleOverrides);
  return {
    files,
    standardInput,
    override: found === undefined || files.includes(found) ? undefined : found,
    ignored: [...near.slice(1), ...others.filter((file) => !files.includes(file))],
    possibleOverrides,
  };
}

async function nearest(directory: string): Promise<readonly string[]> {
  const start = resolve(directory);
  for (let at = start; ; at = dirname(at)) {
    const found = await filesAmong(FILE_NAMES.map((name) => join(at, name)));
    if (found.length > 0) return found;
    if (dirname(at) === at) break;
  }
  throw new DevenvError({
    code: 'config-not-found',
    message: `no gefyra.yaml in ${start} or any directory above it`,
    hint: (await nearMiss(start)) ?? 'create a gefyra.yaml, or name the file with --file',
    owner: 'user',
  });
}

async function filesAmong(candidates: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const candidate of candidates) {
    const one = await realFiles.find(candidate);
    if (one !== undefined && one.kind !== 'a directory') found.push(candidate);
  }
  return found;
}

async function existing(file: string): Promise<string> {
  const found = await realFiles.find(file);
  if (found !== undefined && found.kind !== 'a directory') return file;
  if (found === undefined) {
    const hint = 'check the path given with --file';
    throw new DevenvError({
      code: 'config-not-found',
      message: `${file} does not exist`,
      hint,
      owner: 'user',
    });
  }
  throw new DevenvError({
    code: 'config-not-found',
    message: `${file} is a directory`,
    hint: `name the file in it: ${join(file, 'gefyra.yaml')}`,
    owner: 'user',
  });
}

/** A file beside which was probably meant. */
async function nearMiss(directory: string): Promise<string | undefined> {
  const names = await readdir(directory).catch(() => []);
  const meant = names.find((name) => /^\.?gefyra\.ya?ml(\.txt)?$/i.test(name));
  if (meant !== undefined) return `rename ${meant} to gefyra.yaml`;
  const other = names.find((name) => name === 'devenv.yaml' || name === 'devenv.nix');
  if (other !== undefined) return `${other} belongs to another tool; this one reads gefyra.yaml`;
  return undefined;
}

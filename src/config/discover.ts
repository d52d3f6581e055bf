import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { realFiles } from './file-system.ts';

/** Names a file is found by, the first before the second. */
const FILE_NAMES = ['gefyra.yaml', 'gefyra.yml'];

/**
 * The file to read: the given one, else the nearest `gefyra.yaml` or `gefyra.yml` in `directory` or above it.
 * Errors: `config-not-found` naming where it looked.
 */
export async function discover(directory: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return given(resolve(directory, file));
  const start = resolve(directory);
  for (let at = start; ; at = dirname(at)) {
    for (const name of FILE_NAMES) {
      const candidate = join(at, name);
      const found = await realFiles.find(candidate);
      if (found !== undefined && found.kind !== 'a directory') return candidate;
    }
    if (dirname(at) === at) break;
  }
  throw new DevenvError({
    code: 'config-not-found',
    message: `no gefyra.yaml in ${start} or any directory above it`,
    hint: (await nearMiss(start)) ?? 'create a gefyra.yaml, or name the file with --file',
    owner: 'user',
  });
}

async function given(file: string): Promise<string> {
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

import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cli } from './paths.ts';

/** A copy of the built program, which a scenario takes away or replaces while it runs. */
export interface Installation extends AsyncDisposable {
  /** Absolute path of the command line in it. */
  readonly program: string;
  /** Removes all of its files. */
  remove(): Promise<void>;
  /** Puts another build in its place. */
  replace(): Promise<void>;
}

/** Disposing removes it. */
export async function anInstallation(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-program-'));
  const place = join(folder, 'dist');
  const program = join(place, 'devenv.js');
  const copy = () => cp(dirname(cli), place, { recursive: true });
  const remove = () => rm(place, { recursive: true, force: true });
  await copy();
  return {
    program,
    remove,
    replace: async () => {
      await remove();
      await copy();
      await appendFile(program, '// another build\n');
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

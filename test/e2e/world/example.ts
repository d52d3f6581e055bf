import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoImage, example } from './paths.ts';
import type { Pod } from './pod.ts';

/** Ways in which editors save: writing the file anew, putting a new file in its place, or emptying it first. */
export type Saving = 'in place' | 'by renaming' | 'truncating first';

/** A copy of the example in a temporary folder, whose files a scenario edits. */
export interface ExampleCopy extends AsyncDisposable {
  /** Absolute path; has the `gefyra.yaml` in it. */
  readonly folder: string;
  /** The project's name in the file. */
  readonly project: string;
  /**
   * Replaces the one occurrence of `before` in a file of the folder. Errors: when there is none or more than one.
   * `how` is the editor's way of saving.
   */
  edit(file: string, before: string, after: string, how?: Saving): Promise<void>;
}

/** Copies the example, with the names of `pod` in its file. Disposing removes the folder. */
export async function copyExample(pod: Pod): Promise<ExampleCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
  await cp(example, folder, { recursive: true });
  const file = join(folder, 'gefyra.yaml');
  const text = (await readFile(file, 'utf8'))
    .replace(/^name: .*$/m, `name: ${pod.name}`)
    .replaceAll('sidecar-demo:dev', demoImage)
    .replace(/target: \S+/, `target: ${pod.target}`);
  await writeFile(file, text);
  return {
    folder,
    project: pod.name,
    edit: (name, before, after, how = 'in place') => edit(join(folder, name), before, after, how),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function edit(file: string, before: string, after: string, how: Saving): Promise<void> {
  const pieces = (await readFile(file, 'utf8')).split(before);
  if (pieces.length !== 2)
    throw new Error(`${file} holds ${pieces.length - 1} times \`${before}\`, expected once`);
  const text = pieces.join(after);
  switch (how) {
    case 'in place':
      await writeFile(file, text);
      return;
    case 'truncating first':
      await writeFile(file, '');
      // Long enough to be seen as a file of its own by whoever reads too early.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await writeFile(file, text);
      return;
    case 'by renaming':
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownProgram, refuseOtherProgram } from '../../../src/cli/own-program.ts';

let directory: string;
let program: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gefyra-program-'));
  program = join(directory, 'devenv.js');
  await writeFile(program, "import('./up-1a2b.js');\n");
});
afterEach(() => rm(directory, { recursive: true }));

it('a program that is as it was, also when it was built again, may be started again', async () => {
  const own = ownProgram({ program });
  await writeFile(program, "import('./up-1a2b.js');\n");
  expect(() => refuseOtherProgram({ program }, own)).not.toThrow();
});

it('one that was replaced may not: both builds are named', async () => {
  const own = ownProgram({ program });
  await writeFile(program, "import('./up-3c4d.js');\n");
  expect(() => refuseOtherProgram({ program }, own)).toThrow(
    expect.objectContaining({
      code: 'program-replaced',
      message: `${program} is another build of devenv by now (${ownProgram({ program }).build}) than this session runs (${own.build})`,
    }),
  );
});

it('one that is gone cannot', async () => {
  const own = ownProgram({ program });
  await rm(program);
  expect(() => refuseOtherProgram({ program }, own)).toThrow(`that this session runs is gone: ${program}`);
});

it('nor can one whose Node is gone', () => {
  const own = ownProgram({ program });
  const node = join(directory, 'node');
  expect(() => refuseOtherProgram({ program }, own, node)).toThrow(`that this session runs is gone: ${node}`);
});

import { expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { aCliContext } from '../../builders/cli-context.ts';

it.each([
  [
    ['exec', 'web'],
    "error: missing required argument 'command'\nhint: devenv exec --help shows how it is used\n",
  ],
  [['upp'], "error: unknown command 'upp'\n(Did you mean up?)\nhint: devenv --help shows what there is\n"],
  [
    ['image', 'build', '--no-cash'],
    "error: unknown option '--no-cash'\nhint: devenv image build --help shows how it is used\n",
  ],
])('%j is told with what helps', async (words, told) => {
  const written: string[] = [];
  const context = aCliContext({ err: (text) => written.push(text) });
  expect(await runProgram(words, context)).toBe(2);
  expect(written.join('')).toBe(told);
});

it.each([[['--progress', 'json', 'plan']], [['plan', '--progress', 'json']]])(
  'the error of %j is a line of JSON',
  async (words) => {
    const written: string[] = [];
    const context = aCliContext({ directory: '/proc/self/fdinfo', err: (text) => written.push(text) });
    expect(await runProgram(words, context)).toBe(3);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'error', error: { code: 'config-not-found', owner: 'user' } },
    ]);
  },
);

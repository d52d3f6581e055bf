import { describe, expect, it } from 'vitest';
import { COMMANDS_OF_OTHERS } from '../../../src/cli/command-line/commands-of-others.ts';
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

describe('a command of another tool', () => {
  const told = async (...words: readonly string[]) => {
    const written: string[] = [];
    const context = aCliContext({
      err: (text) => written.push(text),
      out: (text) => written.push(text),
    });
    return { code: await runProgram(words, context), text: written.join('') };
  };

  it.each(Object.entries(COMMANDS_OF_OTHERS))(
    '%s: it is said in a line what does its job',
    async (name, hint) => {
      expect(await told('-p', 'shop', name, 'web', '--no-cache', '-q')).toEqual({
        code: 2,
        text: `error: devenv has no command ${name}\nhint: ${hint}\n`,
      });
      expect(hint.length).toBeLessThan(120);
    },
  );

  it('is told by commands and flags that there are', async () => {
    const hints = Object.values(COMMANDS_OF_OTHERS).join('\n');
    const named = Array.from(hints.matchAll(/devenv ([a-z-]+)([^`]*)/g), ([, name, rest]) => ({
      name,
      rest,
    }));
    expect(named.length).toBeGreaterThan(10);
    for (const { name = '', rest = '' } of named) {
      const { code, text } = await told('help', name);
      expect(code, name).toBe(0);
      expect(text).toContain(`Usage: devenv ${name}`);
      for (const [flag] of rest.replace(/ -- .*/, '').matchAll(/ --?(?!c\b|x\b|HUP)[a-z][a-z-]*/g)) {
        const isGlobal = ['--progress', '-p'].includes(flag.trim());
        if (!isGlobal) expect(text, `${name}${flag}`).toContain(flag.trim());
      }
    }
  });

  it('is neither in the help nor proposed', async () => {
    const { text } = await told('--help');
    const listed = Array.from(text.matchAll(/^ {2}([a-z-]+) {2}/gm), ([, name]) => name);
    expect(listed.filter((name) => name !== undefined && name in COMMANDS_OF_OTHERS)).toEqual([]);
    expect((await told('buidl')).text).not.toContain('Did you mean');
  });
});

import { describe, expect, it } from 'vitest';
import { explainProblems, type Problem } from '../../../src/config/index.ts';

const problem: Problem = {
  file: '/home/dev/shop/gefyra.yaml',
  line: 2,
  column: 3,
  length: 4,
  code: 'unknown-key',
  message: 'unknown key "nmae"',
  path: 'nmae',
};
const sources = new Map([[problem.file, 'a: 1\n  nmae: x\nc: 2\n']]);

describe('rendering', () => {
  it.each([
    ['/home/dev/shop', 'gefyra.yaml:2:3'],
    ['/home/dev', 'shop/gefyra.yaml:2:3'],
    ['/home/dev/shop/deep', '/home/dev/shop/gefyra.yaml:2:3'],
    ['/home/dev/sho', '/home/dev/shop/gefyra.yaml:2:3'],
  ])('seen from %s places it at %s', async (directory, place) => {
    const [first] = (await explainProblems([problem], sources, { color: false, directory })).split('\n');
    expect(first).toBe(`${place} error[unknown-key] unknown key "nmae"`);
  });

  it('colours the parts that are to be seen first', async () => {
    const text = await explainProblems([problem], sources, { color: true, directory: '/home/dev/shop' });
    expect(text.split('\n')).toEqual([
      '\u001B[1mgefyra.yaml:2:3\u001B[0m \u001B[1;31merror[unknown-key]\u001B[0m \u001B[1munknown key "nmae"\u001B[0m',
      '\u001B[2m  1 |\u001B[0m a: 1',
      '\u001B[2m  2 |\u001B[0m   nmae: x',
      '\u001B[2m    |\u001B[0m   \u001B[1;31m^^^^\u001B[0m',
      '\u001B[2m  3 |\u001B[0m c: 2',
      '',
    ]);
  });

  it('shows what no terminal shows, whoever put it where', async () => {
    const evil = 'a\u001b[31mb\nc';
    const bad = {
      ...problem,
      message: evil,
      label: evil,
      hint: evil,
      related: [{ ...problem, label: evil }],
    };
    const text = await explainProblems([bad], sources, { color: false, directory: '/home/dev/shop' });
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')[0]).toBe('gefyra.yaml:2:3 error[unknown-key] a\\x1b[31mb c');
  });

  it('calls warnings by their name', async () => {
    const text = await explainProblems([problem], sources, {
      color: false,
      directory: '/',
      severity: 'warning',
    });
    expect(text).toContain(':2:3 warning[unknown-key] ');
  });

  it('tells what has no effect in two lines, without those of the file', async () => {
    const note = { ...problem, code: 'no-effect', hint: 'Compose ignores it as well' };
    const text = await explainProblems([note], sources, {
      color: false,
      directory: '/',
      severity: 'warning',
    });
    expect(text.trim().split('\n')).toHaveLength(2);
  });

  it('shows twenty problems and counts the rest', async () => {
    const many = Array.from({ length: 22 }, () => problem);
    const text = await explainProblems(many, sources, { color: false, directory: '/' });
    expect(text.match(/error\[/g)).toHaveLength(20);
    expect(text).toMatch(/\nand 2 more problems\n$/);
    expect(await explainProblems(many.slice(1), sources, { color: false, directory: '/' })).toMatch(
      /\nand 1 more problem\n$/,
    );
  });

  it('does without lines when the text is not at hand', async () => {
    const text = await explainProblems([{ ...problem, hint: 'do it' }], new Map(), {
      color: false,
      directory: '/home/dev/shop',
    });
    expect(text).toBe('gefyra.yaml:2:3 error[unknown-key] unknown key "nmae"\n  hint: do it\n');
  });
});

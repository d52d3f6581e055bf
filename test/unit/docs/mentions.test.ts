import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, help, printed } from './help.ts';

// What the pages name must exist: commands and their flags, scripts of npm, and the other ends of links.

const root = join(import.meta.dirname, '../../..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`),
].filter((page) => page.endsWith('.md') && existsSync(join(root, page)));

const overview = `${await help()}\n${await printed('options')}`;
const helpOf = new Map(
  await Promise.all(
    [...(await commands()), ['help'], ['version']].map(
      async (words) => [words[0], await help(...words)] as const,
    ),
  ),
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('names commands and flags that exist', () => {
    for (const line of typed(text)) {
      for (const [, name = '', rest = ''] of line.matchAll(
        /(?:\bdevenv|devenv\.js) ([a-z][a-z-]*)([^|;&#]*)/g,
      )) {
        expect(helpOf.has(name), `\`devenv ${name}\` in: ${line}`).toBe(true);
        const known = `${overview}\n${helpOf.get(name)}`;
        // What follows `--` is another program's.
        const [own = ''] = rest.split(' -- ');
        for (const [flag] of own.matchAll(/(?<=\s)--?[a-z][a-z-]*/g))
          expect(known, `flag in: ${line}`).toMatch(new RegExp(`(^|[\\s,])${flag}(?![a-z-])`));
      }
    }
  });

  it('names scripts of npm that exist', () => {
    for (const line of typed(text)) {
      for (const [, name = ''] of line.matchAll(/npm run ([a-z:]+)/g))
        expect(Object.keys(scripts)).toContain(name);
    }
  });

  it('links to what exists', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(root, page) : join(root, dirname(page), file);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor);
    }
  });
});

/** What a reader may type: lines of fenced blocks and inline code. */
function typed(text: string): readonly string[] {
  const fenced = [...text.matchAll(/^```(?:sh|console)?[^\n]*\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const prose = text.replace(/^```.*?^```$/gms, '');
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));
  return [...fenced, ...inline];
}

/** The names that GitHub gives to the headings of a page. */
function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(['docs/security.md', 'docs/restricted.md'])('%s names tests that exist', (page) => {
  const named = testsNamedIn(readFileSync(join(root, page), 'utf8'));
  expect(named.length).toBeGreaterThan(20);
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  const isThere = (path: string) =>
    files.some((file) => file === path || file === `${path}.test.ts` || isBelow(file, path));
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

it('what works in restricted clusters is shown by a test, or said to be untested', () => {
  const text = readFileSync(join(root, 'docs/restricted.md'), 'utf8');
  const [, section = ''] = text.split('## What works where\n');
  const rows = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) {
    const [where, ...cells] = row.slice(1, -1).split('|');
    for (const cell of cells)
      expect(cell.includes('untested') || testsNamedIn(cell).length > 0, `${where}: ${cell}`).toBe(true);
  }
});

/** Tests whose paths below `test/` a page names, without their endings. */
function testsNamedIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:unit|e2e|kubernetes)\/[^`]+)`/g)].flatMap(([, path = '']) => unfolded(path));
}

/** `a/{b,c}` as `a/b` and `a/c`. */
function unfolded(path: string): readonly string[] {
  const [, before = '', options = '', after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? [];
  return options === '' ? [path] : options.split(',').map((option) => `${before}${option}${after}`);
}

/** `a/**` + `/b` stands for a `b` anywhere below `a`. */
function isBelow(file: string, path: string): boolean {
  const [above, name] = path.split('/**/');
  return name !== undefined && file.startsWith(`${above}/`) && file.endsWith(`/${name}.test.ts`);
}

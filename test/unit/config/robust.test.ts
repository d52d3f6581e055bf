import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainProblems, loadWorkspace } from '../../../src/config/index.ts';

const example = await readFile(join(import.meta.dirname, '../../../gefyra.example.yaml'), 'utf8');
const lines = example.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
const text = lines.join('\n');

/** Ways to damage a file that people and editors have. */
const damages: Readonly<Record<string, () => string[]>> = {
  'cut off': () => cuts(text, 29).map((at) => text.slice(0, at)),
  'without one line': () => lines.map((_, index) => lines.toSpliced(index, 1).join('\n')),
  'with one line twice': () => lines.map((line, index) => lines.toSpliced(index, 0, line).join('\n')),
  'with one line indented deeper': () => lines.map((line, index) => lines.with(index, ` ${line}`).join('\n')),
  'with one line indented less': () =>
    lines.map((line, index) => lines.with(index, line.replace(/^ /, '')).join('\n')),
  'with a sign too much': () =>
    cuts(text, 193).flatMap((at) =>
      [...'"\':{}[]-*&!|>%@`$#,\t'].map((sign) => text.slice(0, at) + sign + text.slice(at)),
    ),
  'without a sign': () => cuts(text, 23).map((at) => text.slice(0, at) + text.slice(at + 1)),
  ...Object.fromEntries(
    ['null', '5', 'true', '[]', '{}', '[a, [b]]', '{a: {b: c}}', '""', '!x y', '*x', '${'].map((value) => [
      `with ${value} for a value`,
      () =>
        lines.map((line, index) =>
          lines
            .with(
              index,
              line.replace(/(?<=[\w"]: |- ).*$/, () => value),
            )
            .join('\n'),
        ),
    ]),
  ),
};

describe('a damaged file', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'devenv-config-'));
  });

  afterAll(() => rm(directory, { recursive: true }));

  // Hundreds of files each: a third of those there are, another one for each way.
  it.each(Object.keys(damages).map((name, index) => [name, index] as const))(
    'is either valid or has problems within it: %s',
    { timeout: 120_000 },
    async (name, way) => {
      const file = join(directory, 'gefyra.yaml');
      const files = damages[name]?.() ?? [];
      for (const damaged of files.filter((_, index) => index % 3 === way % 3)) {
        await writeFile(file, damaged);
        const result = await loadWorkspace({ directory, environment: {}, checkPaths: false });
        if (!('problems' in result)) continue;
        expect(result.problems, damaged).not.toEqual([]);
        for (const { file: where, line, column, length, message } of result.problems) {
          const marked = damaged.split('\n')[line - 1];
          expect(where).toBe(file);
          expect(marked, `${message}\n${damaged}`).toBeDefined();
          expect(column - 1 + length, `${message}\n${damaged}`).toBeLessThanOrEqual(marked?.length ?? 0);
          expect(message).toMatch(/^[^\n]+$/);
        }
        const rendered = await explainProblems(result.problems, result.sources, { color: false, directory });
        expect(rendered).toContain('gefyra.yaml:');
      }
    },
  );
});

function cuts(whole: string, step: number): number[] {
  return Array.from({ length: Math.floor(whole.length / step) }, (_, index) => index * step);
}

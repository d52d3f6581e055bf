import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOptionsOf } from '../../../src/cli/settings.ts';
import { type Explanation, explanations } from '../../../src/config/explanations/index.ts';
import { loadWorkspace } from '../../../src/config/index.ts';
import { aCliContext } from '../../builders/cli-context.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

/** Codes of problems and warnings of a file with its surroundings. */
async function codesOf(yaml: string, { beside = {} }: Explanation) {
  for (const path of ['src/Dockerfile', 'Dockerfile']) await shop.write(path, 'FROM scratch\n');
  for (const [name, text] of Object.entries({ '.env': '', ...beside })) await shop.write(name, text);
  await shop.write('gefyra.yaml', yaml);
  const context = aCliContext({ directory: shop.directory, environment: { HOME: shop.home } });
  const result = await loadWorkspace(await loadOptionsOf(context, {}));
  return 'problems' in result
    ? { problems: result.problems.map(({ code }) => code), warnings: [] }
    : { problems: [], warnings: result.warnings.map(({ code }) => code) };
}

describe.each(explanations.map((one) => [one.code, one] as const))('the explanation of %s', (code, one) => {
  it('shows a file that has this problem and no other', async () => {
    const expected = { problems: [], warnings: [], [one.isWarning ? 'warnings' : 'problems']: [code] };
    const { problems, warnings } = await codesOf(one.wrong, one);
    expect({ problems: [...new Set(problems)], warnings: [...new Set(warnings)] }).toEqual(expected);
  });

  it('shows the file mended', async () => {
    expect(await codesOf(one.right, one)).toEqual({ problems: [], warnings: [] });
  });
});

it('every code that a file can have is explained, once', () => {
  const known = explanations.map(({ code }) => code);
  expect(new Set(known).size).toBe(known.length);
  const source = join(import.meta.dirname, '../../../src/config');
  const corpus = join(import.meta.dirname, 'broken');
  const read = (folder: string, end: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(end) && !file.startsWith('explanations'))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  const written = read(source, '.ts').flatMap((text) => [...text.matchAll(/\bcode: '([a-z-]+)'/g)]);
  const seen = read(corpus, '.txt').flatMap((text) => [...text.matchAll(/ error\[([a-z-]+)\] /g)]);
  // Errors, which end the loading, are explained with those of all commands.
  const errors = ['config-not-found', 'usage', 'missing-name'];
  const used = new Set([...written, ...seen].map(([, code = '']) => code));
  expect([...used].filter((code) => !known.includes(code) && !errors.includes(code))).toEqual([]);
});

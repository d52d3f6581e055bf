import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorReference } from '../../../scripts/docs/error-reference.mjs';
import { fileReference } from '../../../scripts/docs/file-reference.mjs';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { errorMeanings } from '../../../src/cli/render/error-meanings.ts';
import type { ErrorCode } from '../../../src/common/errors.ts';
import { safeText } from '../../../src/common/terminal-text.ts';
import { explanations } from '../../../src/config/explanations/index.ts';
import { commands, help, printed } from './help.ts';

const root = join(import.meta.dirname, '../../..');
const docs = join(root, 'docs');

// `npx vitest run --project unit test/unit/docs -u` writes them anew.

it('the reference of the file is that of the schema', async () => {
  const schema = JSON.parse(await readFile(join(root, 'schemas', 'gefyra.schema.json'), 'utf8'));
  await expect(fileReference(schema)).toMatchFileSnapshot(join(docs, 'file.md'));
});

it('the reference of the commands is what their help says', async () => {
  const all = await commands();
  expect(all).toContainEqual(['debug-config']);
  const sections = await Promise.all(
    all.map(async (words) => `## devenv ${words.join(' ')}\n\n${fenced(await help(...words))}`),
  );
  const head =
    '# Commands\n\nMade from the help of the commands themselves. Every global option works before and after the command.\n';
  const text = [head, fenced(await help()), fenced(await printed('options')), ...sections].join('\n');
  await expect(text).toMatchFileSnapshot(join(docs, 'commands.md'));
});

it('the page of problems and errors is what devenv explain says', async () => {
  const errors = Object.entries(errorMeanings)
    .map(([code, meaning]) => ({ code, meaning, exitCode: exitCodeOf(code as ErrorCode) }))
    .sort((one, other) => one.code.localeCompare(other.code));
  const text = errorReference(explanations, errors, safeText);
  await expect(text).toMatchFileSnapshot(join(docs, 'errors.md'));
});

it('the help of devenv and of up fits a screen of 80 columns and 24 lines, and has examples', async () => {
  for (const text of [await help(), await help('up')]) {
    const lines = text.split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('Examples:');
  }
});

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\`\n`;
}

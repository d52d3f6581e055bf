import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileReference } from '../../../scripts/docs/file-reference.mjs';
import { runProgram } from '../../../src/cli/program.ts';

const root = join(import.meta.dirname, '../../..');
const docs = join(root, 'docs');

// `npx vitest run --project unit test/unit/docs -u` writes both anew.

it('the reference of the file is that of the schema', async () => {
  const schema = JSON.parse(await readFile(join(root, 'schemas', 'gefyra.schema.json'), 'utf8'));
  await expect(fileReference(schema)).toMatchFileSnapshot(join(docs, 'file.md'));
});

it('the reference of the commands is what their help says', async () => {
  const overview = await help();
  const names = [...overview.matchAll(/^ {2}([a-z][a-z-]*)(?:\|[a-z-]+)? /gm)].flatMap(([, name = '']) =>
    name === 'help' || name === 'devenv' ? [] : [name],
  );
  expect(names).toContain('debug-config');
  const sections = await Promise.all(
    names.map(async (name) => {
      const words = name === 'image' ? ['image', 'build'] : [name];
      return `## devenv ${words.join(' ')}\n\n\`\`\`text\n${await help(...words)}\n\`\`\`\n`;
    }),
  );
  const head =
    '# Commands\n\nMade from the help of the commands themselves. Every global option works before and after the command.\n';
  const text = [head, `\`\`\`text\n${overview}\n\`\`\`\n`, ...sections].join('\n');
  await expect(text).toMatchFileSnapshot(join(docs, 'commands.md'));
});

async function help(...words: readonly string[]): Promise<string> {
  let text = '';
  const never = new AbortController().signal;
  await runProgram([...words, '--help'], {
    out: (more) => {
      text += more;
    },
    err: (more) => {
      text += more;
    },
    directory: '/',
    environment: {},
    program: 'devenv',
    ending: never,
    forced: never,
  } as Parameters<typeof runProgram>[1]);
  return text.trim();
}

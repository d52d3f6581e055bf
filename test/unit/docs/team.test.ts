import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

// docs/team.md: each chapter's files are written where they say, and its commands are run beside them.

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/team.md'), 'utf8');
const chapters = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.slice(0, text.indexOf('\n')), text }));

/** Fenced blocks of a text by what stands behind their fence. */
function blocks(text: string): readonly { readonly head: string; readonly body: string }[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, head = '', body = '']) => ({
    head,
    body,
  }));
}

/** A directory with a chapter's files, and a `devenv` that runs the sources' own build. */
function aDirectory(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'team-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode });
  };
  for (const { head, body } of blocks(text)) {
    const [, name] = /^yaml (\S+)$/.exec(head) ?? [];
    if (name !== undefined) write(`project/${name}`, body);
  }
  const program = join(root, 'dist/devenv.js');
  if (!existsSync(program)) throw new Error('dist/devenv.js is missing; run `npm run build` first');
  write('bin/devenv', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, 0o755);
  return (script: string) => {
    const { PATH } = process.env;
    const env = {
      PATH: `${join(folder, 'bin')}:${PATH}`,
      HOME: folder,
      GEFYRA_BRANCH: 'main',
      NO_COLOR: '1',
    };
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
      cwd: join(folder, 'project'),
      env,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };
}

it('has files in every chapter, and names each', () => {
  expect(chapters.length).toBeGreaterThanOrEqual(5);
  for (const { text } of chapters) expect(blocks(text).map(({ head }) => head)).toContain('yaml gefyra.yaml');
  expect(blocks(page).filter(({ head }) => !/^(yaml \S+|sh run)$/.test(head))).toEqual([]);
});

describe.each(chapters)('$title', ({ text }) => {
  it('has files that are valid, without a warning', () => {
    const run = aDirectory(text);
    const { status, said } = run(
      "mkdir -p api/src; echo 'FROM scratch' > Dockerfile; devenv validate --profile '*'",
    );
    expect(said).toMatch(/: valid; /);
    expect(said).not.toContain('warning');
    expect(status).toBe(0);
  });

  it('has commands that work', () => {
    const run = aDirectory(text);
    for (const { body } of blocks(text).filter(({ head }) => head === 'sh run')) {
      const { status, said } = run(body);
      expect(said).not.toMatch(/error\[|warning\[/);
      expect(status, said).toBe(0);
    }
  });
});

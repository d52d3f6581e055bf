import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../../src/cli/program.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'devenv-validate-')));
});
afterEach(() => rm(directory, { recursive: true }));

const BROKEN = 'services:\n  app:\n    imag: a\n    ports: [80800, "x:y"]\n';
const DOUBTFUL = 'services:\n  app: {image: a}\n  x-b: {image: "100%"}\n';

/** What `devenv validate` with these words writes about a file. */
async function validate(yaml: string, words: readonly string[], environment: Record<string, string> = {}) {
  await writeFile(join(directory, 'gefyra.yaml'), yaml);
  let [out, err] = ['', ''];
  const context = aCliContext({
    directory,
    environment,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  const code = await runProgram(['validate', ...words], context);
  return { code, out, err };
}

describe('devenv validate', () => {
  it('shows problems with their codes to a person, and where more is said', async () => {
    const { code, out, err } = await validate(BROKEN, []);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('gefyra.yaml:3:5 error[unknown-key] unknown key "imag"');
    expect(err.trimEnd().split('\n').at(-1)).toBe('`devenv explain unknown-key` says more, with an example');
  });

  it('writes them as JSON, and warnings of a file that is valid', async () => {
    const { code, out, err } = await validate(BROKEN, ['--format', 'json']);
    expect({ code, err }).toEqual({ code: 3, err: '' });
    const { valid, problems } = JSON.parse(out);
    expect(valid).toBe(false);
    expect(problems[0]).toEqual({
      severity: 'error',
      code: 'unknown-key',
      message: 'unknown key "imag" in service "app"',
      label: 'did you mean "image"?',
      path: 'services.app.imag',
      file: join(directory, 'gefyra.yaml'),
      line: 3,
      column: 5,
      length: 4,
    });
    const doubtful = await validate(DOUBTFUL, ['--format', 'json']);
    expect(doubtful.code).toBe(0);
    expect(JSON.parse(doubtful.out)).toMatchObject({
      valid: true,
      problems: [{ severity: 'warning', code: 'ignored-service', line: 3 }],
    });
  });

  it('writes them as commands of a workflow, with what GitHub decodes in escapes', async () => {
    const { code, out } = await validate(BROKEN, ['--format', 'github']);
    expect(code).toBe(3);
    expect(out.split('\n')).toEqual([
      '::error file=gefyra.yaml,line=3,col=5,endColumn=9,title=unknown-key::unknown key "imag" in service "app"%0Adid you mean "image"?',
      '::error file=gefyra.yaml,line=4,col=13,endColumn=18,title=out-of-range::item 1 of "ports" must be at most 65535, not 80800',
      expect.stringMatching(/^::error file=gefyra\.yaml,line=4,.*title=bad-port::/),
      '',
    ]);
    const doubtful = await validate(DOUBTFUL.replace('x-b', 'x-a%b'), ['--format', 'github']);
    expect(doubtful.out).toMatch(
      /^::warning file=gefyra\.yaml,line=3,.*title=ignored-service::"x-a%25b" is ignored/,
    );
    expect((await validate('services: {app: {image: a}}\n', ['--format', 'github'])).out).toBe('');
  });

  it('names files of a workflow as they lie in the repository', async () => {
    await mkdir(join(directory, 'a,b'));
    await writeFile(join(directory, 'a,b/other.yaml'), BROKEN);
    const words = ['--format', 'github', '-f', 'a,b/other.yaml'];
    const { out } = await validate(BROKEN, words, { GITHUB_WORKSPACE: directory });
    expect(out).toMatch(/^::error file=a%2Cb\/other\.yaml,line=3/);
  });

  it('writes those of a layer of the person’s own with its name, and that it is there to stderr', async () => {
    await writeFile(join(directory, 'gefyra.override.yaml'), BROKEN);
    const { code, out, err } = await validate('services: {app: {image: a}}\n', ['--format', 'github']);
    expect(code).toBe(3);
    expect(out).toMatch(/^::error file=gefyra\.override\.yaml,line=3,/);
    expect(err).toBe('config: gefyra.yaml + gefyra.override.yaml (personal; --no-override leaves it out)\n');
  });

  it('names every layer of a file that is valid, the further ones as they lie beside the first', async () => {
    await mkdir(join(directory, 'deploy'));
    await writeFile(join(directory, 'deploy/debug.yaml'), 'services: {app: {tty: true}}\n');
    await writeFile(join(directory, 'gefyra.override.yaml'), 'services: {app: {init: true}}\n');
    const words = ['-f', 'gefyra.yaml', '-f', 'deploy/debug.yaml'];
    const { out } = await validate('services: {app: {image: a}}\n', words);
    const layers = `${directory}/gefyra.yaml + deploy/debug.yaml + gefyra.override.yaml`;
    expect(out).toBe(`${layers}: valid; 1 service, 0 bridges\n`);
  });
});

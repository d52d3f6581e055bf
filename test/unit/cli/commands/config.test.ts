// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../../src/cli/program.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'devenv-config-')));
});
afterEach(() => rm(directory, { recursive: true }));

/** What `devenv config` with these words writes about a file. */
async function config(yaml: string, ...words: readonly string[]) {
  await writeFile(join(directory, 'gefyra.yaml'), yaml);
  let [out, err] = ['', ''];
  const context = aCliContext({
    directory,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code: await runProgram(['config', ...words], context), out, err };
}

const YAML = 'name: shop\nservices:\n  app: {image: "a:${TAG}", ports: ["80:80"]}\n';

describe('devenv config', () => {
  it('needs a value for every variable, unless variables stay', async () => {
    expect(await config(YAML)).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringContaining('unset-variable'),
    });
    const { code, out, err } = await config(YAML, '--no-interpolate', '--format', 'json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      name: 'shop',
      services: { app: { image: 'a:${TAG}', ports: ['80:80'] } },
    });
  });

  it('tells what else is wrong, with variables that stay, too', async () => {
    const { code, out, err } = await config(YAML.replace('image', 'imag'), '--no-interpolate');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('did you mean "image"?');
  });

  it('merges layers with variables that stay, and does not explain them at once', async () => {
    await writeFile(join(directory, 'gefyra.override.yaml'), 'services: {app: {user: "$UID"}}');
    const { code, out, err } = await config(YAML, '--no-interpolate', '--format', 'json');
    expect(code).toBe(0);
    expect(err).toContain('gefyra.yaml + gefyra.override.yaml');
    expect(JSON.parse(out).services.app).toEqual({ image: 'a:${TAG}', ports: ['80:80'], user: '$UID' });
    const both = await config(YAML, '--no-interpolate', '--explain', 'services');
    expect(both).toMatchObject({ code: 2, out: '', err: expect.stringContaining('cannot be used with') });
  });
});

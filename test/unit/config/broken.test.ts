import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainProblems, loadWorkspace } from '../../../src/config/index.ts';

const corpus = join(import.meta.dirname, 'broken');
const names = await readdir(corpus);
const cases = names.filter((name) => name.endsWith('.yaml')).map((name) => name.replace(/\.yaml$/, ''));

/** Everything the files of the corpus may find in the environment. */
const environment = { HOME: '/home/dev', USER: 'dev', TAG: 'dev', TEAM: 'shop', PORT: 'abc', EMPTY: '' };

describe('the rendering of a broken file', () => {
  let home: string;

  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'devenv-config-')));
  });

  afterAll(() => rm(home, { recursive: true }));

  it.each(cases)('is what stands beside %s.yaml', async (name) => {
    const directory = join(home, name, 'shop');
    await mkdir(join(directory, 'src'), { recursive: true });
    await copyFile(join(corpus, `${name}.yaml`), join(directory, 'gefyra.yaml'));
    for (const [suffix, copy] of [
      ['env', '.env'],
      ['app.env', 'app.env'],
    ] as const) {
      if (names.includes(`${name}.${suffix}`))
        await copyFile(join(corpus, `${name}.${suffix}`), join(directory, copy));
    }

    const result = await loadWorkspace({ directory, environment });

    if (!('problems' in result)) throw new Error(`${name}.yaml is valid`);
    const rendered = await explainProblems(result.problems, result.sources, { color: false, directory });
    await expect(rendered.replaceAll(directory, '/home/dev/shop')).toMatchFileSnapshot(
      join(corpus, `${name}.txt`),
    );
  });

  it('is there for every file of the corpus and for nothing else', () => {
    const rendered = names.filter((name) => name.endsWith('.txt')).map((name) => name.replace(/\.txt$/, ''));
    expect(rendered.sort()).toEqual(cases.sort());
  });
});

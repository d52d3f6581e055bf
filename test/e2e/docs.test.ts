import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePort } from './world/free-port.ts';
import { cli, demoImage, example, root } from './world/paths.ts';

// docs/getting-started.md, followed by a newcomer. Names and ports are replaced, so that nothing of yours is in the way.

const page = await readFile(join(root, 'docs', 'getting-started.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh run\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
const name = `docs-${randomBytes(4).toString('hex')}`;
const port = await freePort();
const env = {
  ...process.env,
  NO_COLOR: '1',
  DEMO_NAME: name,
  DEMO_IMAGE: demoImage,
  DEMO_PORT: String(port),
  DEMO_APP_PORT: String(await freePort()),
  DEMO_TARGET: `container/${name}-app`,
};
let home: string;
let directory: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'docs-'));
  directory = home;
  const copy = join(home, 'examples', 'sidecar-demo');
  await cp(example, copy, { recursive: true });
  const file = join(copy, 'gefyra.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^name: .*$/m, `name: ${name}`).replace('sidecar-demo:dev', demoImage));
  await mkdir(join(home, 'bin'));
  await symlink(cli, join(home, 'bin', 'devenv'));
});

afterAll(async () => {
  await run('devenv down || true; ./pod.sh down');
  await rm(home, { recursive: true, force: true });
}, 60_000);

it('shows the file that the example has', async () => {
  const [, shown = ''] = page.match(/^```yaml\n(name: .*?)^```$/ms) ?? [];
  const real = (await readFile(join(example, 'gefyra.yaml'), 'utf8')).replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  expect(parse(shown)).toEqual(parse(real));
});

/** What each block must answer, in the order of the page. */
const answers: readonly (readonly RegExp[])[] = [
  [/^HTTP\/1\.1 500/m, /^x-answered-by: original/m],
  [/gefyra\.yaml: valid/, /bridge\/app:8155/, /live/, /^HTTP\/1\.1 500/m, /^x-answered-by: local/m],
  [/^HTTP\/1\.1 200/m, /\{"item_id":123,"Email":"john@gefyra\.dev"\}/],
  [/^HTTP\/1\.1 500/m, /^x-answered-by: original/m],
];

it('has a block for each answer', () => {
  expect(blocks).toHaveLength(answers.length);
});

it.each(answers.map((expected, index) => ({ step: index + 1, commands: blocks[index] ?? '', expected })))(
  'works as it says, block $step',
  async ({ commands, expected }) => {
    const said = await run(commands);
    for (const pattern of expected) expect(said).toMatch(pattern);
  },
  90_000,
);

/** Runs commands where the ones before have left off. */
async function run(commands: string): Promise<string> {
  const script = `set -eu\n${commands.replaceAll('18080', String(port))}\npwd > '${home}/directory'`;
  const said = await new Promise<string>((resolve, reject) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: directory, env: { ...env, PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}` } },
      (error, stdout, stderr) => {
        const text = `${stdout}${stderr}`;
        if (error === null) resolve(text);
        else reject(new Error(`${commands}ended with code ${error.code}:\n${text}`));
      },
    );
  });
  directory = (await readFile(join(home, 'directory'), 'utf8')).trim();
  return said;
}

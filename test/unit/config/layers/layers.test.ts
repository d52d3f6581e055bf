// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainProblems, loadWorkspace } from '../../../../src/config/index.ts';
import type { LoadOptions } from '../../../../src/config/load-options.ts';
import { TemporaryShop } from '../temporary-shop.ts';

const shop = new TemporaryShop();

/** The problems, as they are rendered, of files. */
async function rendered(options: Partial<LoadOptions> = {}): Promise<string> {
  const { directory } = shop;
  const result = await loadWorkspace({ directory, environment: {}, ...options });
  if (!('problems' in result)) throw new Error('there are no problems');
  return explainProblems(result.problems, result.sources, { color: false, directory });
}

describe('several files', () => {
  it('are all of the project, and the first one names it', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: "x:1"}}');
    await shop.write('more/b.yaml', 'services: {b: {image: "y:1"}, a: {user: me}}');
    const workspace = await shop.load({ files: ['gefyra.yaml', 'more/b.yaml'] });
    expect(workspace).toMatchObject({ name: 'shop', file: join(shop.directory, 'gefyra.yaml') });
    expect([...workspace.services.values()]).toMatchObject([
      { name: 'a', image: 'x:1', user: 'me' },
      { name: 'b', image: 'y:1' },
    ]);
  });

  it('have paths that begin beside them', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: x, volumes: [./src:/a]}}');
    await shop.write(
      'more/b.yaml',
      'services: {a: {env_file: b.env, build: {context: .}, volumes: [./src:/b]}}',
    );
    await shop.write('more/b.env', 'B=1');
    await shop.write('more/Dockerfile', 'FROM scratch');
    await shop.write('more/src/x', '');
    const app = (await shop.load({ files: ['gefyra.yaml', 'more/b.yaml'] })).services.get('a');
    expect(app).toMatchObject({
      environment: { B: '1' },
      build: { context: join(shop.directory, 'more') },
      volumes: [{ source: join(shop.directory, 'src') }, { source: join(shop.directory, 'more/src') }],
    });
  });

  it('may come from standard input, whose paths begin in the working directory', async () => {
    await shop.write('more.yaml', 'services: {b: {image: y}}');
    const readInput = async () => 'services: {a: {image: x, volumes: [./src:/a]}}';
    const workspace = await shop.load({ files: ['-', 'more.yaml'], readInput });
    expect([...workspace.services.keys()]).toEqual(['a', 'b']);
    expect(workspace.name).toBe('shop');
    expect(workspace.services.get('a')?.volumes).toMatchObject([{ source: join(shop.directory, 'src') }]);
  });

  it('may say only something of a service that is called as a key of services is', async () => {
    await shop.write('gefyra.yaml', 'services: {app: {image: x}, debug: {image: y}}');
    await shop.write('more.yaml', 'services:\n  app: {user: me}\n  debug: {command: [z]}\n');
    const workspace = await shop.load({ files: ['gefyra.yaml', 'more.yaml'] });
    expect(workspace.services.get('debug')).toMatchObject({ image: 'y', command: ['z'] });
  });

  it('have their problems where they are written', async () => {
    await shop.write('gefyra.yaml', 'services:\n  a:\n    image: x\n    prots: [80]\n');
    await shop.write('b.yaml', 'services:\n  a:\n    cpus: many\n    image: $NONE\n');
    expect(await rendered({ files: ['gefyra.yaml', 'b.yaml'] })).toMatchInlineSnapshot(`
      "gefyra.yaml:4:5 error[unknown-key] unknown key "prots" in service "a"
        3 |     image: x
        4 |     prots: [80]
          |     ^^^^^ did you mean "ports"?

      b.yaml:3:11 error[bad-format] "cpus" has not the right form: the string "many"
        2 |   a:
        3 |     cpus: many
          |           ^^^^
        4 |     image: $NONE
        hint: for example \`cpus: 0.5\`

      b.yaml:4:12 error[unset-variable] the variable NONE is not set
        3 |     cpus: many
        4 |     image: $NONE
          |            ^^^^^
        hint: set it in the environment or in .env, or give a default: \${NONE:-value}; $$ is a plain dollar sign
      "
    `);
  });

  it('have problems together, too', async () => {
    await shop.write('gefyra.yaml', 'services:\n  a:\n    image: x\n    ports: ["80:80"]\n');
    await shop.write('b.yaml', 'services:\n  b:\n    ports: ["80:81"]\n');
    expect(await rendered({ files: ['gefyra.yaml', 'b.yaml'] })).toMatchInlineSnapshot(`
      "b.yaml:2:3 error[missing-key] service "b" has neither "image" nor "build" nor "process"
        1 | services:
        2 |   b:
          |   ^
        3 |     ports: ["80:81"]
        hint: add, for example, \`image: shop-api:dev\` or \`build: ./app\`; or \`process: npm run dev\` for a program of this machine

      b.yaml:3:13 error[port-published-twice] port 80/tcp of this machine is published by service "a" as well
        2 |   b:
        3 |     ports: ["80:81"]
          |             ^^^^^^^
        gefyra.yaml:4:13 127.0.0.1:80 is published here
        4 |     ports: ["80:80"]
          |             ~~~~~~~
        hint: choose another port for one of them, or leave it out to get a free one
      "
    `);
  });

  it('say which of them is empty', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: x}}');
    await shop.write('b.yaml', '# later\n');
    expect(await rendered({ files: ['gefyra.yaml', 'b.yaml'] })).toContain('b.yaml:1:8 error[empty-file]');
  });
});

describe('gefyra.override.yaml', () => {
  it('comes last, and is told', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: "x:1"}}');
    await shop.write('b.yaml', 'services: {a: {image: "x:3"}}');
    await shop.write('gefyra.override.yaml', 'services: {a: {image: "x:2"}}');
    for (const files of [undefined, ['gefyra.yaml'], ['gefyra.yaml', 'b.yaml']]) {
      const result = await loadWorkspace({ directory: shop.directory, environment: {}, files });
      expect('workspace' in result && result.workspace.services.get('a')?.image).toBe('x:2');
      expect(result.override).toBe(join(shop.directory, 'gefyra.override.yaml'));
    }
  });

  it('may be left out, and may hold nothing', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: "x:1"}}');
    await shop.write('gefyra.override.yml', '# nothing yet');
    expect((await shop.load()).services.get('a')?.image).toBe('x:1');
    await shop.write('gefyra.override.yml', 'services: {a: {image: "x:2"}}');
    expect((await shop.load()).services.get('a')?.image).toBe('x:2');
    expect((await shop.load({ override: false })).services.get('a')?.image).toBe('x:1');
  });
});

it('all that was read, or would be, is told', async () => {
  await shop.write(
    'gefyra.yaml',
    'include: sub/c.yaml\nservices: {a: {build: ., extends: {file: e.yaml, service: e}}}',
  );
  await shop.write('Dockerfile', 'FROM scratch');
  await shop.write('e.yaml', 'services: {e: {env_file: e.env}}');
  await shop.write('e.env', '');
  await shop.write('sub/c.yaml', 'services: {c: {image: c}}');
  const result = await loadWorkspace({ directory: shop.directory, environment: {} });
  expect('workspace' in result).toBe(true);
  expect(result.files.map((file) => file.slice(shop.directory.length + 1)).sort()).toEqual([
    '.env',
    'Dockerfile',
    'e.env',
    'e.yaml',
    'gefyra.override.yaml',
    'gefyra.override.yml',
    'gefyra.yaml',
    'sub/.env',
    'sub/c.yaml',
  ]);
});

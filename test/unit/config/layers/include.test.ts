// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../../src/config/index.ts';
import { TemporaryShop } from '../temporary-shop.ts';

const shop = new TemporaryShop();

/** `code file:line:column message` of every problem, or of every warning where there are none. */
async function told(environment = {}): Promise<readonly string[]> {
  const result = await loadWorkspace({ directory: shop.directory, environment });
  const all = 'problems' in result ? result.problems : result.warnings;
  return all.map((problem) => shop.told(problem));
}

describe('an included file', () => {
  it('is a project of its own, and this file is over it', async () => {
    await shop.write(
      'gefyra.yaml',
      'include: [db/compose.yaml]\nservices: {db: {user: me}, app: {image: a}}',
    );
    await shop.write(
      'db/compose.yaml',
      'name: other\nversion: "3"\nservices: {db: {image: "pg:$TAG", volumes: [./src:/x]}}',
    );
    await shop.write('db/.env', 'TAG=17');
    await shop.write('db/src/x', '');
    const workspace = await shop.load();
    expect(workspace.name).toBe('shop');
    expect([...workspace.services.values()]).toMatchObject([
      { name: 'db', image: 'pg:17', user: 'me', volumes: [{ source: join(shop.directory, 'db/src') }] },
      { name: 'app' },
    ]);
    await shop.write('.env', 'TAG=16');
    expect((await shop.load()).services.get('db')?.image).toBe('pg:16');
  });

  it('has the long form', async () => {
    const include = 'include: {path: [c/a.yaml, c/b.yaml], project_directory: ., env_file: [x.env, y.env]}';
    await shop.write('gefyra.yaml', `${include}\nservices: {app: {image: a}}`);
    await shop.write('c/a.yaml', 'services: {c: {image: "$X", volumes: [./src:/x]}}');
    await shop.write('c/b.yaml', 'services: {c: {user: "$Y"}}');
    await shop.write('x.env', 'X=1\nY=1');
    await shop.write('y.env', 'Y=2');
    expect((await shop.load()).services.get('c')).toMatchObject({
      image: '1',
      user: '2',
      volumes: [{ source: join(shop.directory, 'src') }],
    });
  });

  it('takes a variable without value from its own variables', async () => {
    await shop.write('gefyra.yaml', 'include: c/a.yaml\nservices: {app: {image: a}}');
    await shop.write('c/a.yaml', 'services: {c: {image: c, environment: [X]}}');
    await shop.write('c/.env', 'X=own');
    expect((await shop.load()).services.get('c')?.environment).toEqual({ X: 'own' });
  });

  it('includes others; of two with the same service the first one wins', async () => {
    await shop.write('gefyra.yaml', 'include: [a.yaml, b.yaml]\nservices: {app: {image: a}}');
    await shop.write('a.yaml', 'include: c.yaml\nservices: {x: {image: "a:1"}}');
    await shop.write('b.yaml', 'services: {x: {image: "b:1", user: b}}');
    await shop.write('c.yaml', 'services: {x: {working_dir: /c}}');
    expect((await shop.load()).services.get('x')).toMatchObject({
      image: 'a:1',
      user: 'b',
      workingDir: '/c',
    });
  });

  it('may be Compose’s, where what is not set is empty, with a warning', async () => {
    await shop.write('gefyra.yaml', 'include: compose.yaml\nservices: {app: {image: a}}');
    await shop.write('compose.yaml', 'services: {c: {image: "c${TAG}"}}');
    expect((await shop.load()).services.get('c')?.image).toBe('c');
    expect(await told()).toEqual([
      'unset-variable compose.yaml:1:25 the variable TAG is not set, and is empty, as it would be for Compose',
    ]);
    await shop.write('gefyra.yaml', 'include: c.yaml\nservices: {app: {image: a}}');
    await shop.write('c.yaml', 'services: {c: {image: "c${TAG}"}}');
    expect(await told()).toEqual(['unset-variable c.yaml:1:25 the variable TAG is not set']);
  });

  it('must be there, on this machine, and not include itself', async () => {
    await shop.write(
      'gefyra.yaml',
      'include:\n  - none.yaml\n  - oci://x/y\n  - src\n  - a.yaml\nservices: {app: {image: a}}',
    );
    await shop.write('a.yaml', 'include: sub/b.yaml\nservices: {x: {image: a}}');
    await shop.write('sub/b.yaml', 'include: ../gefyra.yaml\nservices: {x: {image: a}}');
    expect(await told()).toEqual([
      'missing-include gefyra.yaml:2:5 "SHOP/none.yaml" does not exist',
      'bad-include gefyra.yaml:3:5 "oci://x/y" is not on this machine',
      'bad-include gefyra.yaml:4:5 "SHOP/src" is a directory',
      'include-cycle sub/b.yaml:1:10 files include each other: ../gefyra.yaml → ../a.yaml → b.yaml → ../gefyra.yaml',
    ]);
  });

  it('has its own problems', async () => {
    await shop.write('gefyra.yaml', 'include: a.yaml\nservices: {app: {image: a}}');
    await shop.write('a.yaml', 'services:\n  x:\n    iamge: a\n');
    expect(await told()).toEqual(['unknown-key a.yaml:3:5 unknown key "iamge" in service "x"']);
  });

  it('is included so often only', async () => {
    await shop.write('gefyra.yaml', 'include: [a0.yaml]\nservices: {app: {image: a}}');
    for (let n = 0; n < 12; n += 1)
      await shop.write(`a${n}.yaml`, `include: [a${n + 1}.yaml, a${n + 1}.yaml]\nservices: {x: {image: a}}`);
    await shop.write('a12.yaml', 'services: {x: {image: a}}');
    expect((await told()).filter((line) => line.startsWith('too-many-files'))).toHaveLength(1);
  });

  it('holds so many values only', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `a${n}.yaml`);
    const anchors = `x-a: &a [${'1,'.repeat(450)}]\nx-b: [${'*a,'.repeat(100)}]\n`;
    for (const name of names) await shop.write(name, `${anchors}services: {x: {image: a}}`);
    await shop.write('gefyra.yaml', `include: [${names.join(', ')}]\nservices: {app: {image: a}}`);
    expect([...new Set((await told()).map((line) => line.split(' ')[0]))]).toEqual(['too-many-values']);
  });
});

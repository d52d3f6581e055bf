// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { expect, it } from 'vitest';
import { explainValue, loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

async function explained(path: string, showSecrets = false, projectName?: string): Promise<string> {
  const { directory } = shop;
  const result = await loadWorkspace({ directory, environment: { TAG: '2' }, projectName });
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return explainValue(path, result, { directory, showSecrets });
}

async function write(): Promise<void> {
  await shop.write(
    'gefyra.yaml',
    'name: shop\ninclude: inc/c.yaml\nservices:\n  a:\n    image: x:1\n    command: [run, it]\n    environment:\n      A: 1\n      TOKEN: s3cret\n    ports: [80, 81]\n',
  );
  await shop.write('inc/c.yaml', 'services: {a: {image: "x:0", user: me}}');
  await shop.write(
    'gefyra.override.yaml',
    'services:\n  a:\n    image: x:$TAG\n    command: [go, --password, s3cret]\n    environment: {A: 2, TOKEN: s3cret2}\n    ports: ["80", 82]\n',
  );
}

it('each layer’s value is told, and which counts', async () => {
  await write();
  expect(await explained('services.a')).toMatchInlineSnapshot(`
    "services.a.image: "x:2"
      gefyra.override.yaml:3:12, which counts: it comes later
      gefyra.yaml:5:12: "x:1"
      inc/c.yaml:1:23 (included or extended): "x:0"
    services.a.user: me
      inc/c.yaml:1:36 (included or extended)
    services.a.command: ["go", "--password", "***"]
      gefyra.override.yaml:4:14, which counts: it comes later
      gefyra.yaml:6:14: [run, it]
    services.a.environment.A: "2"
      gefyra.override.yaml:5:22, which counts: it comes later
      gefyra.yaml:8:10: "1"
    services.a.environment.TOKEN: "***"
      gefyra.override.yaml:5:32, which counts: it comes later
      gefyra.yaml:9:14: "***"
    services.a.ports[0]: "80"
      gefyra.override.yaml:6:13, which counts: it comes later
      gefyra.yaml:10:13: "80"
    services.a.ports[1]: "81"
      gefyra.yaml:10:17
    services.a.ports[2]: "82"
      gefyra.override.yaml:6:19
    "
  `);
  expect(await explained('services.a.environment.TOKEN', true)).toMatchInlineSnapshot(`
    "services.a.environment.TOKEN: s3cret2
      gefyra.override.yaml:5:32, which counts: it comes later
      gefyra.yaml:9:14: s3cret
    "
  `);
});

it('so is what no file says', async () => {
  await write();
  await shop.write('gefyra.override.yaml', 'services: {a: {env_file: a.env}}');
  await shop.write('a.env', 'E=1');
  expect(await explained('services.a.environment.E')).toContain('  by a file of `env_file`\n');
  expect(await explained('services.a.restart')).toBe('services.a.restart: "no"\n  by default\n');
  expect(await explained('name', false, 'mine')).toBe(
    'name: shop\n  gefyra.yaml:1:7\n  instead, an option or a variable says mine, which counts\n',
  );
});

it.each([
  ['services.a.imgae', 'there is nothing at services.a.imgae'],
  ['services.a.ports[7]', 'there is nothing at services.a.ports[7]'],
  ['services..a', '"services..a" is no path: what is "..a"?'],
])('%s leads nowhere', async (path, message) => {
  await write();
  await expect(explained(path)).rejects.toMatchObject({ code: 'usage', message });
});

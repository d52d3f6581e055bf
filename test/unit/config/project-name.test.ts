// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectNameIn } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

async function nameOf(content: string, environment: Readonly<Record<string, string>> = {}) {
  await shop.write('gefyra.yaml', content);
  const found = await projectNameIn({ directory: shop.directory, environment });
  expect(found.file).toBe(join(shop.directory, 'gefyra.yaml'));
  return found.name;
}

it.each([
  ['by its name', 'name: mine', 'mine'],
  ['after its directory', 'services: {app: {image: a}}', 'shop'],
  ['by its name, though a service is broken', 'name: mine\nservices: {app: {imag: a}}', 'mine'],
  [
    'by its name, though a variable is missing elsewhere',
    'name: mine\nservices: {app: {image: "${NO:?}"}}',
    'mine',
  ],
  ['after its directory, though it knows unknown keys', 'nmae: mine', 'shop'],
])('a broken file names its project %s', async (_, content, name) => {
  expect(await nameOf(content)).toBe(name);
});

it('reads the variables of a name, of the process and of .env', async () => {
  const content = 'name: ${WHO}-${WHAT}\nservices: 5';
  await shop.write('.env', 'WHAT=shop');
  expect(await nameOf(content, { WHO: 'ada' })).toBe('ada-shop');
  expect(await nameOf('name: ${NOBODY:?say who}')).toBeUndefined();
});

it.each(['name: mine\nservices: [', 'name: Not Mine', 'name: 5', 'name: [a]', 'name:', '- a', '', '\0'])(
  'tells no name of %j',
  async (content) => {
    expect(await nameOf(content)).toBeUndefined();
  },
);

it('finds no file where there is none', async () => {
  await expect(projectNameIn({ directory: shop.home, environment: {} })).rejects.toMatchObject({
    code: 'config-not-found',
  });
});

import { expect, it } from 'vitest';
import { loadWorkspace } from '../../../../src/config/index.ts';
import { TemporaryShop } from '../temporary-shop.ts';

const shop = new TemporaryShop();

async function problems(profiles?: readonly string[]): Promise<readonly string[]> {
  const result = await loadWorkspace({ directory: shop.directory, environment: {}, profiles });
  if (!('problems' in result)) return [];
  return result.problems.map(({ code, path, message, hint }) => `${code} ${path} ${message} (${hint})`);
}

it('services of profiles are there while one of them is active', async () => {
  await shop.write(
    'gefyra.yaml',
    'services: {a: {image: a}, b: {image: b, profiles: [x, y], env_file: none.env}, c: {image: c, profiles: [z]}}',
  );
  const names = async (profiles?: readonly string[]) => [...(await shop.load({ profiles })).services.keys()];
  expect(await names()).toEqual(['a']);
  expect(await names(['z'])).toEqual(['a', 'c']);
  await shop.write('none.env', '');
  expect(await names(['y', 'other'])).toEqual(['a', 'b']);
  expect(await names(['*'])).toEqual(['a', 'b', 'c']);
});

it('a service that needs one that is not active is wrong', async () => {
  await shop.write(
    'gefyra.yaml',
    'services: {a: {image: a, depends_on: [b, c]}, d: {image: d, depends_on: {b: {required: false}}}, b: {image: b, profiles: [x]}, c: {image: c}}',
  );
  expect(await problems()).toEqual([
    'inactive-dependency services.a.depends_on[0] service "a" depends on "b", which only runs with the profile x (add `--profile x`, or give both the same profiles)',
  ]);
  expect(await problems(['x'])).toEqual([]);
  await shop.write(
    'gefyra.yaml',
    'services: {a: {image: a, depends_on: [b]}, b: {image: b, profiles: [storage, tools]}}',
  );
  const [misspelt] = await problems(['tool']);
  expect(misspelt).toContain('(add `--profile tools`, or give both the same profiles)');
});

it('some service must be active', async () => {
  await shop.write('gefyra.yaml', 'services: {a: {image: a, profiles: [tools]}}');
  expect(await problems()).toEqual([
    'no-services services every service has a profile, and none is active (add `--profile tools`; there is tools)',
  ]);
  expect(await problems(['tool'])).toEqual([
    'no-services services no service has the profile tool (add `--profile tools`; there is tools)',
  ]);
});

it('a profile that no service has is worth a warning, with what may be meant', async () => {
  const warnings = async (yaml: string, ...profiles: readonly string[]) => {
    await shop.write('gefyra.yaml', yaml);
    const result = await loadWorkspace({ directory: shop.directory, environment: {}, profiles });
    if ('problems' in result) throw new Error('it is valid');
    return result.warnings.map(({ code, path, message, hint }) => `${code} ${path} ${message} (${hint})`);
  };
  const file = 'services: {a: {image: a}, b: {image: b, profiles: [tools, test]}}';
  expect(await warnings(file, 'tools', '*')).toEqual([]);
  expect(await warnings(file, 'test', 'tool')).toEqual([
    'unknown-profile services no service has the profile "tool" (did you mean tools?)',
  ]);
  expect(await warnings(file, 'other')).toEqual([
    'unknown-profile services no service has the profile "other" (there is tools and test)',
  ]);
  expect(await warnings('services: {a: {image: a}}', 'x')).toEqual([
    'unknown-profile services no service has the profile "x" (no service has any)',
  ]);
});

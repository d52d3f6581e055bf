import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../../src/config/index.ts';
import type { LoadOptions } from '../../../../src/config/load-options.ts';
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

describe('services that are named', () => {
  const names = async (services: readonly string[], more: Partial<LoadOptions> = {}) => [
    ...(await shop.load({ services, ...more })).services.keys(),
  ];

  it('are all there is, with what they need; their profiles are active', async () => {
    await shop.write(
      'gefyra.yaml',
      `services:
  db: {image: d}
  web: {image: w, depends_on: [db]}
  seed: {image: s, profiles: [tools], depends_on: {fixtures: {condition: service_completed_successfully}}}
  fixtures: {image: f, profiles: [tools]}
  mail: {image: m, profiles: [tools]}
`,
    );
    expect(await names(['web'])).toEqual(['db', 'web']);
    expect(await names(['db'])).toEqual(['db']);
    expect(await names(['seed'])).toEqual(['seed', 'fixtures']);
    expect(await names(['seed', 'web'])).toEqual(['db', 'web', 'seed', 'fixtures']);
    expect(await names([])).toEqual(['db', 'web']);
  });

  it('activate no profile but their own', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {a: {image: a, profiles: [x], depends_on: [b]}, b: {image: b, profiles: [y]}}',
    );
    await expect(names(['a'])).rejects.toThrow(
      'service "a" depends on "b", which only runs with the profile y',
    );
    expect(await names(['a'], { profiles: ['y'] })).toEqual(['a', 'b']);
  });

  it('must be there, unless they may be gone and others are left', async () => {
    await shop.write('gefyra.yaml', 'services: {shop-api: {image: a}, mail: {image: b, profiles: [x]}}');
    await expect(names(['shop-ap'])).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no service shop-ap',
      hint: 'did you mean shop-api?',
    });
    await expect(names(['zzz'])).rejects.toMatchObject({ hint: 'there is shop-api, mail' });
    const again = { servicesMayBeGone: true };
    expect(await names(['shop-api', 'zzz'], again)).toEqual(['shop-api']);
    await expect(names(['zzz'], again)).rejects.toMatchObject({ code: 'usage' });
  });
});

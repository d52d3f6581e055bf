// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOptionsOf } from '../../../src/cli/settings.ts';
import { loadWorkspace } from '../../../src/config/index.ts';
import { aCliContext } from '../../builders/cli-context.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

/** What flags, and the `.env` of a project, come to. */
function optionsOf(flags: Parameters<typeof loadOptionsOf>[1] = {}, directory = shop.directory) {
  return loadOptionsOf(aCliContext({ directory, environment: { HOME: shop.home } }), flags);
}

async function servicesOf(flags = {}, directory = shop.directory): Promise<readonly string[]> {
  const result = await loadWorkspace(await optionsOf(flags, directory));
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return [...result.workspace.services.values()].map(({ name, image }) => `${name} ${image}`);
}

describe('.env', () => {
  it('has settings, and flags win', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: a}, b: {image: b, profiles: [x]}}');
    await shop.write(
      '.env',
      'GEFYRA_PROJECT_NAME=mine\nGEFYRA_CONTEXT=c\nGEFYRA_NAMESPACE=n\nGEFYRA_PROFILES=x,y\nGEFYRA_AS=ann',
    );
    expect(await optionsOf()).toMatchObject({
      projectName: 'mine',
      context: 'c',
      namespace: 'n',
      profiles: ['x', 'y'],
      as: 'ann',
    });
    expect(await optionsOf({ projectName: 'theirs', as: 'bob', profile: ['z'] })).toMatchObject({
      projectName: 'theirs',
      as: 'bob',
      profiles: ['z'],
    });
  });

  it('names files, from the directory of the project and below', async () => {
    await shop.write('.env', 'GEFYRA_FILE=a.yaml:sub/b.yaml\nTAG=outer\nOWN=outer');
    await shop.write('a.yaml', 'services: {a: {image: "a:$TAG"}}');
    await shop.write('sub/b.yaml', 'services: {b: {image: b}}');
    expect(await servicesOf()).toEqual(['a a:outer', 'b b']);
    await shop.write('gefyra.yaml', 'services: {c: {image: c}}');
    expect(await servicesOf({}, join(shop.directory, 'sub'))).toEqual(['a a:outer', 'b b']);
    expect(await servicesOf({ file: ['gefyra.yaml'] })).toEqual(['c c']);
  });

  it('is behind the one in whose name it was named', async () => {
    await shop.write('.env', 'GEFYRA_FILE=sub/a.yaml\nTAG=outer');
    await shop.write('sub/.env', 'TAG=inner\nMORE=inner');
    await shop.write('sub/a.yaml', 'services: {a: {image: "$MORE:$TAG"}}');
    expect(await servicesOf()).toEqual(['a inner:outer']);
  });

  it('names further env files', async () => {
    await shop.write('.env', 'GEFYRA_ENV_FILE=x.env,y.env\nA=1\nB=1');
    await shop.write('x.env', 'B=2\nC=2');
    await shop.write('y.env', 'C=3');
    await shop.write('gefyra.yaml', 'services: {a: {image: "i$A$B$C"}}');
    expect(await servicesOf()).toEqual(['a i123']);
    expect(await servicesOf({ envFile: ['x.env'] }).catch(String)).toContain('the variable A is not set');
  });

  it('stands in nobody’s way with lines that nobody uses', async () => {
    await shop.write('.env', 'A=a\nB=$NONE\nC="x" y\nwhat is this\nD=$B\nE=e${');
    await shop.write('gefyra.yaml', 'services: {a: {image: $A}}');
    const result = await loadWorkspace(await optionsOf());
    if ('problems' in result) throw new Error('it is in the way');
    expect(result.warnings.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 unset-variable',
      '3 env-file-syntax',
      '4 env-file-syntax',
      '6 bad-variable',
    ]);
  });

  it.each([
    ['$B', ['2 unset-variable']],
    ['$D', ['2 unset-variable']],
    ['$C', ['3 env-file-syntax']],
    ['${F:-$E}', ['6 bad-variable']],
  ])('has problems for who uses %s', async (image, expected) => {
    await shop.write('.env', 'A=a\nB=$NONE\nC="x" y\nwhat is this\nD=$B\nE=e${');
    await shop.write('gefyra.yaml', `services: {a: {image: "x${image}"}}`);
    const result = await loadWorkspace(await optionsOf());
    if (!('problems' in result)) throw new Error('there are no problems');
    expect(
      result.problems.map(({ file, line, code }) => `${file.endsWith('.env') ? line : file} ${code}`),
    ).toEqual(expected);
  });

  it('has settings that may use variables, and must be right', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: a}}');
    await shop.write('.env', 'X=x\nGEFYRA_PROJECT_NAME=${X}-${HOME:+y}');
    expect(await optionsOf()).toMatchObject({ projectName: 'x-y' });
    await shop.write('.env', 'GEFYRA_PROJECT_NAME=x$NONE');
    const result = await loadWorkspace(await optionsOf());
    expect('problems' in result && result.problems.map(({ code }) => code)).toEqual(['unset-variable']);
  });

  it('with an open quote is told to whom what is below is not set', async () => {
    await shop.write('.env', 'A="open\nB=2');
    await shop.write('gefyra.yaml', 'services: {a: {image: "x$B"}}');
    const result = await loadWorkspace(await optionsOf());
    expect('problems' in result && result.problems.map(({ code }) => code)).toEqual([
      'unset-variable',
      'env-file-syntax',
    ]);
  });
});

describe('built-in variables', () => {
  it('are the user and the branch', async () => {
    await shop.write('.git/HEAD', 'ref: refs/heads/feature/x\n');
    await shop.write(
      'sub/gefyra.yaml',
      'services: {a: {image: a, labels: {u: $GEFYRA_USER, b: $GEFYRA_BRANCH}}}',
    );
    const labels = async (environment: Record<string, string>) => {
      const result = await loadWorkspace({ directory: join(shop.directory, 'sub'), environment });
      return 'workspace' in result ? result.workspace.services.get('a')?.labels : result.problems[0]?.message;
    };
    expect(await labels({ USER: 'jo' })).toEqual({ u: 'jo', b: 'feature/x' });
    expect(await labels({ USER: 'jo', GEFYRA_USER: 'other', GEFYRA_BRANCH: 'y' })).toEqual({
      u: 'other',
      b: 'y',
    });
    await shop.write('.git/HEAD', '4b825dc642cb6eb9a060e54bf8d69288fbee4904\n');
    expect(await labels({ USER: 'jo' })).toBe('the variable GEFYRA_BRANCH is not set');
  });

  it('know the branch of a further worktree', async () => {
    await shop.write('.git', 'gitdir: ../git/worktrees/x\n');
    await shop.write('../git/worktrees/x/HEAD', 'ref: refs/heads/y\n');
    await shop.write('gefyra.yaml', 'services: {a: {image: "$GEFYRA_BRANCH"}}');
    expect(await servicesOf()).toEqual(['a y']);
  });
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCluster } from '../../../src/kubernetes/kubeconfig.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'devenv-kubeconfig-'));
});
afterEach(() => rm(home, { recursive: true }));

interface Shape {
  readonly current?: string;
  readonly contexts?: Readonly<Record<string, { readonly cluster?: string; readonly namespace?: string }>>;
  readonly servers?: Readonly<Record<string, string>>;
  readonly user?: object;
}

async function write(
  name: string,
  { current, contexts = {}, servers = {}, user = { token: 't' } }: Shape,
): Promise<string> {
  const file = join(home, name);
  await mkdir(join(file, '..'), { recursive: true });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(servers).map(([cluster, server]) => ({ name: cluster, cluster: { server } })),
    users: [{ name: 'jane', user }],
    contexts: Object.entries(contexts).map(([context, { cluster = 'dev', namespace }]) => ({
      name: context,
      context: { cluster, user: 'jane', ...(namespace === undefined ? {} : { namespace }) },
    })),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

function load(KUBECONFIG?: string, context?: string, namespace?: string) {
  return loadCluster({ environment: { KUBECONFIG }, homeDirectory: home, context, namespace });
}

describe('the identity of a cluster', () => {
  const identityOf = async (context: string, server: string, caData?: string) => {
    const file = join(home, 'identity');
    const cluster = { server, ...(caData === undefined ? {} : { 'certificate-authority-data': caData }) };
    const config = {
      clusters: [{ name: 'dev', cluster }],
      users: [{ name: 'jane', user: { token: 't' } }],
      contexts: [{ name: context, context: { cluster: 'dev', user: 'jane' } }],
      'current-context': context,
    };
    await writeFile(file, JSON.stringify(config));
    return load(file).identity;
  };

  it('is its address and its authority, whatever the context is called', async () => {
    const tunnel = 'https://127.0.0.1:6443';
    const one = await identityOf('a', tunnel, 'b25l');
    expect(one).toMatch(/^https:\/\/127\.0\.0\.1:6443 \(authority [0-9a-f]{12}\)$/);
    expect(await identityOf('b', tunnel, 'b25l')).toBe(one);
    expect(await identityOf('a', tunnel, 'dHdv')).not.toBe(one);
    expect(await identityOf('a', 'https://shop.test/')).toBe('https://shop.test');
  });
});

describe('the kubeconfig', () => {
  it('is the one in the home directory unless KUBECONFIG names another', async () => {
    await write('.kube/config', {
      current: 'a',
      contexts: { a: {} },
      servers: { dev: 'https://home:6443/' },
    });
    expect(load()).toMatchObject({
      context: 'a',
      namespace: 'default',
      server: 'https://home:6443',
      user: 'jane',
    });
    const other = await write('other', {
      current: 'b',
      contexts: { b: { namespace: 'shop' } },
      servers: { dev: 'https://other' },
    });
    expect(load(other)).toMatchObject({ context: 'b', namespace: 'shop', server: 'https://other' });
  });

  it('is put together from several files: the first wins, those that are missing do not matter', async () => {
    const one = await write('one', { contexts: { a: {} }, servers: { dev: 'https://one' } });
    const two = await write('two', {
      current: 'b',
      contexts: { b: {}, a: { namespace: 'lost' } },
      servers: { dev: 'https://two', prod: 'https://prod' },
    });
    const three = await write('three', { current: 'a', contexts: { c: { cluster: 'prod' } } });
    const all = [one, join(home, 'missing'), two, three].join(':');
    expect(load(all)).toMatchObject({ context: 'b', server: 'https://one' });
    expect(load(all, 'a')).toMatchObject({ namespace: 'default' });
    expect(load(all, 'c')).toMatchObject({ server: 'https://prod' });
  });

  it('gives way to a context and a namespace that are named', async () => {
    const file = await write('one', {
      current: 'a',
      contexts: { a: {}, b: { namespace: 'shop' } },
      servers: { dev: 'https://one' },
    });
    expect(load(file, 'b')).toMatchObject({ context: 'b', namespace: 'shop' });
    expect(load(file, 'b', 'mine')).toMatchObject({ namespace: 'mine' });
  });

  it.each([
    ['no current context', {}, undefined, 'the kubeconfig has no current context', 'there are staging'],
    ['no such context', { current: 'staging' }, 'stagin', 'has no context stagin', 'did you mean staging?'],
    [
      'a context of an unknown cluster',
      { current: 'lost' },
      undefined,
      'names the cluster gone, which the kubeconfig lacks',
      undefined,
    ],
  ])('with %s', async (_, shape, context, message, hint) => {
    const file = await write('one', {
      contexts:
        'current' in shape && shape.current === 'lost' ? { lost: { cluster: 'gone' } } : { staging: {} },
      servers: { dev: 'https://one' },
      ...shape,
    });
    expect(() => load(file, context)).toThrow(message);
    try {
      load(file, context);
    } catch (error) {
      expect(error).toMatchObject({ code: 'kubeconfig-invalid' });
      if (hint !== undefined) expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    }
  });

  it('that is no YAML is named with the reason', async () => {
    const file = join(home, 'broken');
    await writeFile(file, 'a: [');
    expect(() => load(file)).toThrow(`${file} cannot be read as a kubeconfig`);
  });

  it('finds a plugin beside the file that names it by a path', async () => {
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/login' } };
    const file = await write('deep/one', {
      current: 'a',
      contexts: { a: {} },
      servers: { dev: 'https://one' },
      user,
    });
    expect(load(file).config.getCurrentUser()?.exec.command).toBe(join(home, 'deep/bin/login'));
  });
});

it('that is there and cannot be reached is not told to be missing', async () => {
  const loop = join(home, 'loop');
  await symlink(loop, loop);
  expect(() => load(loop)).toThrow(/loop cannot be read as a kubeconfig: ELOOP/);
  expect(() => load(join(home, 'none'))).toThrow(/^there is no kubeconfig: .*none does not exist$/);
});

import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatWorkspace, loadWorkspace } from '../../../src/config/index.ts';
import type { Workspace } from '../../../src/model/workspace.ts';

const corpus = join(import.meta.dirname, 'compose');
const names = (await readdir(corpus)).filter((name) => name.endsWith('.yaml')).sort();

/** What files of real projects have beside them. */
const beside: Readonly<Record<string, readonly string[]>> = {
  'elastic.yaml': ['setup/Dockerfile'],
  'monitoring.yaml': ['grafana/config.monitoring'],
  'nextcloud.yaml': ['db.env'],
  'node-monorepo.yaml': ['npmrc'],
  'php-lemp.yaml': ['php/Dockerfile'],
  'secrets-and-configs.yaml': ['my.cnf', 'password.txt', 'key.pem'],
};

/** Files that are refused: for each problem its code, and how its remedy begins. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'ai-models.yaml': ['unsupported-key run it as a service', 'unsupported-key run it as a service'],
  'external-secret.yaml': ['bad-secret give it a file or environment'],
  'sctp.yaml': ['bad-port '],
  'unset-image.yaml': ['unset-variable set it in the environment'],
  'yaml-documents.yaml': ['several-documents keep one document in the file'],
};

describe('a Compose file of the shape that real projects have', () => {
  let home: string;

  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'devenv-compose-')));
  });
  afterAll(() => rm(home, { recursive: true }));

  async function loaded(name: string) {
    const directory = join(home, name.replace('.yaml', ''));
    for (const file of ['Dockerfile', ...(beside[name] ?? [])]) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), file.endsWith('Dockerfile') ? 'FROM scratch\n' : 'A=1\n');
    }
    await cp(join(corpus, name), join(directory, 'compose.yaml'));
    await writeFile(join(directory, 'gefyra.yaml'), 'include: [compose.yaml]\n');
    return loadWorkspace({ directory, environment: { APP_TOKEN: 'x', DB_PASSWORD: 'x', HOME: home } });
  }

  it.each(names.filter((name) => refused[name] === undefined))('is accepted: %s', async (name) => {
    const result = await loaded(name);
    expect('problems' in result && result.problems.map(({ path, message }) => `${path}: ${message}`)).toBe(
      false,
    );
  });

  it.each(names.filter((name) => refused[name] === undefined))(
    'is printed as one that is the same: %s',
    async (name) => {
      const first = await loaded(name);
      if ('problems' in first) throw new Error('it is refused');
      const { file } = first.workspace;
      await writeFile(file, formatWorkspace(first.workspace, { format: 'yaml', showSecrets: true }));
      const second = await loadWorkspace({ directory: dirname(file), environment: {} });
      expect('problems' in second ? second.problems : second.workspace).toEqual(first.workspace);
    },
  );

  it.each([
    ['python-web.yaml', 'web'],
    ['node-monorepo.yaml', 'api'],
    ['traefik.yaml', undefined],
  ])('gets bridges by the file that includes it: %s', async (name, service) => {
    const { workspace } = (await loaded(name)) as { workspace: Workspace };
    const [first = ''] = service === undefined ? workspace.services.keys() : [service];
    await writeFile(
      workspace.file,
      `include: [compose.yaml]
services:
  ${first}:
    bridges: [{target: deployment/shop, ports: [8080]}]
    env_from: deployment/shop
`,
    );
    const result = await loadWorkspace({
      directory: dirname(workspace.file),
      environment: { APP_TOKEN: 'x', DB_PASSWORD: 'x', HOME: home },
    });
    if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'));
    const { bridges, envFrom, image, volumes } = result.workspace.services.get(first) ?? {};
    const target = { kind: 'deployment', path: ['shop'] };
    expect({ bridges, envFrom }).toMatchObject({ bridges: [{ target }], envFrom: [{ target }] });
    const before = workspace.services.get(first);
    expect({ image, volumes }).toEqual({ image: before?.image, volumes: before?.volumes });
    expect([...result.workspace.services.keys()]).toEqual([...workspace.services.keys()]);
  });

  it.each(Object.entries(refused))('is refused with its remedy: %s', async (name, remedies) => {
    const result = await loaded(name);
    const told = 'problems' in result ? result.problems.map(({ code, hint = '' }) => `${code} ${hint}`) : [];
    expect(told).toHaveLength(remedies.length);
    for (const [index, remedy] of remedies.entries()) expect(told[index]).toContain(remedy);
  });

  it('is there for every file that is expected to be refused', () => {
    expect(Object.keys(refused).filter((name) => !names.includes(name))).toEqual([]);
  });
});

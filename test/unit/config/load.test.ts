// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../src/config/index.ts';
import type { LoadOptions } from '../../../src/config/load.ts';
import type { Service, Workspace } from '../../../src/model/workspace.ts';

let home: string;
let shop: string;

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'devenv-config-')));
  shop = join(home, 'shop');
  await mkdir(join(shop, 'src'), { recursive: true });
});

afterEach(() => rm(home, { recursive: true }));

async function write(name: string, content: string): Promise<void> {
  await mkdir(dirname(join(shop, name)), { recursive: true });
  await writeFile(join(shop, name), content);
}

async function load(options: Partial<LoadOptions> = {}): Promise<Workspace> {
  const result = await loadWorkspace({ directory: shop, environment: { HOME: home }, ...options });
  if ('problems' in result) throw new Error(result.problems.map((problem) => problem.message).join('\n'));
  return result.workspace;
}

async function loadService(yaml: string, options: Partial<LoadOptions> = {}): Promise<Service> {
  await write('gefyra.yaml', `services:\n  app:\n    image: app\n${yaml.replace(/^/gm, '    ')}\n`);
  const service = (await load(options)).services.get('app');
  if (service === undefined) throw new Error('no service');
  return service;
}

describe('a workspace', () => {
  it('has defaults for everything but the image', async () => {
    await write('gefyra.yaml', 'services: {app: {image: "shop-api:dev"}}');
    expect(await load()).toEqual({
      name: 'shop',
      file: join(shop, 'gefyra.yaml'),
      connection: { platform: 'docker', agentImage: undefined },
      services: new Map([
        [
          'app',
          {
            name: 'app',
            image: 'shop-api:dev',
            command: undefined,
            entrypoint: undefined,
            workingDir: undefined,
            environment: {},
            volumes: [],
            ports: [],
            bridges: [],
          },
        ],
      ]),
    });
  });

  it('keeps the order of its services', async () => {
    await write('gefyra.yaml', 'services: {web: {image: a}, "10": {image: a}, app: {image: a}}');
    expect([...(await load()).services.keys()]).toEqual(['web', '10', 'app']);
  });

  it('is named by the option, then by the file, then after its directory', async () => {
    await write('gefyra.yaml', 'name: mine\nservices: {app: {image: a}}');
    expect((await load({ projectName: 'theirs' })).name).toBe('theirs');
    expect((await load()).name).toBe('mine');
    await write('gefyra.yaml', 'name: Not Mine\nservices: {app: {image: a}}');
    await expect(load({ projectName: 'theirs' })).rejects.toThrow('"Not Mine" cannot be a project name');
    await write('../My Shop.2/gefyra.yaml', 'services: {app: {image: a}}');
    expect((await load({ directory: join(home, 'My Shop.2') })).name).toBe('my-shop2');
  });

  it('has the image of the agents', async () => {
    await write('gefyra.yaml', 'connection: {agent: {image: tools/agent:1}}\nservices: {app: {image: a}}');
    expect((await load()).connection.agentImage).toBe('tools/agent:1');
  });

  it('has nothing of the keys that begin with x-', async () => {
    await write(
      'gefyra.yaml',
      'x-a: {b: [$NOT_SET]}\nconnection: {x-b: 1}\nservices: {x-notes: some, app: {image: a, x-c: {}, ports: [{target: 1, x-d: 2}]}}',
    );
    expect([...(await load()).services.keys()]).toEqual(['app']);
  });
});

describe('a service', () => {
  it('has its command as words, whatever the form', async () => {
    expect(await loadService('command: node --watch "my server.js"\nentrypoint: [tini, --]')).toMatchObject({
      command: ['node', '--watch', 'my server.js'],
      entrypoint: ['tini', '--'],
    });
  });

  it('has no entrypoint at all when an empty one is given', async () => {
    expect((await loadService('entrypoint: []')).entrypoint).toEqual([]);
    expect((await loadService('entrypoint: ""')).entrypoint).toEqual([]);
  });

  it('has the variables of a mapping as they are spelled', async () => {
    const yaml = 'environment: {A: text, B: 1.10, C: True, D: 0x1F, E: "", F: $$x, G: 12345678901234567890}';
    expect((await loadService(yaml)).environment).toEqual({
      A: 'text',
      B: '1.10',
      C: 'True',
      D: '0x1F',
      E: '',
      F: '$x',
      G: '12345678901234567890',
    });
  });

  it('has the variables of a list, the last of a name', async () => {
    const yaml = 'environment: [A=1, "B=x=y z", C=, A=2]';
    expect((await loadService(yaml)).environment).toEqual({ A: '2', B: 'x=y z', C: '' });
  });

  it('inherits variables without value from the environment and .env, and leaves out unset ones', async () => {
    await write('.env', 'B=file\n');
    const options = { environment: { A: 'process', D: undefined } };
    expect((await loadService('environment: {A: , B: , C: }', options)).environment).toEqual({
      A: 'process',
      B: 'file',
    });
    expect((await loadService('environment: [A, B, C, D]', options)).environment).toEqual({
      A: 'process',
      B: 'file',
    });
  });

  it('has its mounts with absolute paths', async () => {
    await mkdir(join(home, 'keys'));
    const yaml = `volumes:
  - ./src:/app/
  - ~/keys:/keys:ro
  - ${home}:/home//x/
  - {type: bind, source: src, target: /again, read_only: true}`;
    expect((await loadService(yaml)).volumes).toEqual([
      { source: join(shop, 'src'), target: '/app', readOnly: false },
      { source: join(home, 'keys'), target: '/keys', readOnly: true },
      { source: home, target: '/home/x', readOnly: false },
      { source: join(shop, 'src'), target: '/again', readOnly: true },
    ]);
  });

  it('has its ports on 127.0.0.1 unless the file says otherwise', async () => {
    const yaml =
      'ports: [80, "8080:80", "0.0.0.0:81:81/udp", {target: 82}, {target: 83, published: "8083", host_ip: "::1", protocol: udp}]';
    expect((await loadService(yaml)).ports).toEqual([
      { hostIp: '127.0.0.1', published: undefined, target: 80, protocol: 'tcp' },
      { hostIp: '127.0.0.1', published: 8080, target: 80, protocol: 'tcp' },
      { hostIp: '0.0.0.0', published: 81, target: 81, protocol: 'udp' },
      { hostIp: '127.0.0.1', published: undefined, target: 82, protocol: 'tcp' },
      { hostIp: '::1', published: 8083, target: 83, protocol: 'udp' },
    ]);
  });

  it('has its bridges with both sides of every port', async () => {
    const yaml =
      'bridges: [{target: container/x, ports: [80, {container: 81, local: 9000}]}, {target: compose/a/b, ports: [80]}]';
    expect((await loadService(yaml)).bridges).toEqual([
      {
        target: { kind: 'container', path: ['x'] },
        ports: [
          { container: 80, local: 80 },
          { container: 81, local: 9000 },
        ],
      },
      { target: { kind: 'compose', path: ['a', 'b'] }, ports: [{ container: 80, local: 80 }] },
    ]);
  });

  it('casts variables where a number or boolean is asked for', async () => {
    const yaml = `volumes: [{type: bind, source: ./src, target: /app, read_only: "\${RO}"}]
ports: [{target: $PORT, published: "\${PORT}"}, "\${PORT}"]
bridges: [{target: container/x, ports: [$PORT]}]`;
    const service = await loadService(yaml, { environment: { RO: 'Yes', PORT: '8155' } });
    expect(service.volumes[0]?.readOnly).toBe(true);
    expect(service.ports.map((port) => [port.target, port.published])).toEqual([
      [8155, 8155],
      [8155, undefined],
    ]);
    expect(service.bridges[0]?.ports).toEqual([{ container: 8155, local: 8155 }]);
  });

  it('keeps a value of digits a string where a string is asked for', async () => {
    expect(
      (await loadService('working_dir: /${N}\nenvironment: {N: "${N}"}', { environment: { N: '007' } }))
        .environment,
    ).toEqual({ N: '007' });
  });
});

describe('variables', () => {
  it('come from the process, then from .env beside the file', async () => {
    await write('.env', 'A=file\nB=file\n');
    await mkdir(join(shop, 'deep'));
    await write('gefyra.yaml', 'services: {app: {image: "x:$A-$B"}}');
    const workspace = await load({ directory: join(shop, 'deep'), environment: { A: 'process' } });
    expect(workspace.services.get('app')?.image).toBe('x:process-file');
  });

  it('come from the given env files, in order, instead of .env', async () => {
    await write('.env', 'A=dotenv\nC=dotenv\n');
    await write('one.env', 'A=one\nB=one\n');
    await write('two.env', 'B=two-$A\n');
    await write('gefyra.yaml', 'services: {app: {image: "x:${A}-${B}-${C-none}"}}');
    expect((await load({ envFiles: ['one.env', 'two.env'] })).services.get('app')?.image).toBe(
      'x:one-two-one-none',
    );
  });

  it('are not replaced in keys', async () => {
    await write('gefyra.yaml', 'services: {app: {image: a, $A: b}}');
    const result = await loadWorkspace({ directory: shop, environment: { A: 'command' } });
    expect('problems' in result && result.problems[0]?.message).toBe('unknown key "$A" in service "app"');
  });

  it('are replaced in shared content where it is used, not where it stands', async () => {
    await write('gefyra.yaml', 'x-base: &base {image: "x:$A"}\nx-other: $NOT_SET\nservices: {app: *base}');
    expect((await load({ environment: { A: '1' } })).services.get('app')?.image).toBe('x:1');
  });
});

describe('finding the file', () => {
  it('goes up from the directory to the nearest one', async () => {
    await write('gefyra.yml', 'services: {outer: {image: a}}');
    await write('a/b/c/note', '');
    const found = await load({ directory: join(shop, 'a/b/c') });
    expect(found.file).toBe(join(shop, 'gefyra.yml'));
    await write('a/gefyra.yml', 'services: {inner: {image: a}}');
    await write('a/gefyra.yaml', 'services: {inner: {image: a}}');
    expect((await load({ directory: join(shop, 'a/b/c') })).file).toBe(join(shop, 'a/gefyra.yaml'));
  });

  it('takes a given file, relative to the directory', async () => {
    await write('other/file.yaml', 'services: {app: {image: a, volumes: ["./src:/app"]}}');
    await write('other/src/note', '');
    const workspace = await load({ file: 'other/file.yaml' });
    expect(workspace.file).toBe(join(shop, 'other/file.yaml'));
    expect(workspace.services.get('app')?.volumes[0]?.source).toBe(join(shop, 'other/src'));
  });

  it.each([
    [
      {},
      'no gefyra.yaml in SHOP or any directory above it',
      'create a gefyra.yaml, or name the file with --file',
    ],
    [{ file: 'x.yaml' }, 'SHOP/x.yaml does not exist', 'check the path given with --file'],
    [{ file: 'src' }, 'SHOP/src is a directory', 'name the file in it: SHOP/src/gefyra.yaml'],
  ])('says where it looked: %j', async (options, message, hint) => {
    await expect(load(options)).rejects.toMatchObject({
      code: 'config-not-found',
      message: message.replace('SHOP', shop),
      hint: hint.replace('SHOP', shop),
    });
  });

  it('notices a file of nearly the right name', async () => {
    await write('Gefyra.YAML', 'services: {}');
    await expect(load()).rejects.toMatchObject({ hint: 'rename Gefyra.YAML to gefyra.yaml' });
  });

  it('misses an env file that was asked for, not the default one', async () => {
    await write('gefyra.yaml', 'services: {app: {image: a}}');
    await expect(load({ envFiles: ['none.env'] })).rejects.toMatchObject({
      code: 'config-not-found',
      message: `${join(shop, 'none.env')} does not exist`,
    });
  });

  it('refuses a project name that engines would refuse', async () => {
    await expect(load({ projectName: 'My Shop' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('loading', () => {
  it('warns of what is legal but surely not meant', async () => {
    await write('gefyra.yaml', 'services: {x-app: {image: a}, app: {image: a, environment: [A=1, A=2]}}');
    const result = await loadWorkspace({ directory: shop, environment: {} });
    expect('warnings' in result && result.warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'ignored-service services.x-app',
      'repeated-variable services.app.environment[1]',
    ]);
  });

  it('looks for the sources of mounts only when it may', async () => {
    await write('gefyra.yaml', 'services: {app: {image: a, volumes: ["./none:/app"]}}');
    expect((await load({ checkPaths: false })).services.size).toBe(1);
    await expect(load()).rejects.toThrow(/none" does not exist/);
  });

  it('gives the problems in the order of the file, with their paths', async () => {
    await write(
      'gefyra.yaml',
      'services:\n  app:\n    ports: [0]\n    image: $X\n    working_dir: app\nfoo: 1\n',
    );
    const result = await loadWorkspace({ directory: shop, environment: {} });
    expect(
      'problems' in result &&
        result.problems.map(({ line, column, length, code, path }) => [line, column, length, code, path]),
    ).toEqual([
      [3, 13, 1, 'out-of-range', 'services.app.ports[0]'],
      [4, 12, 2, 'unset-variable', 'services.app.image'],
      [5, 18, 3, 'relative-path', 'services.app.working_dir'],
      [6, 1, 3, 'unknown-key', 'foo'],
    ]);
  });

  it('hands out the texts of the files with the values of env files masked', async () => {
    await write('.env', 'A=secret\n');
    await write('gefyra.yaml', 'services: {app: {image: a}}');
    const result = await loadWorkspace({ directory: shop, environment: {} });
    expect([...result.sources]).toEqual([
      [join(shop, 'gefyra.yaml'), 'services: {app: {image: a}}'],
      [join(shop, '.env'), 'A=******\n'],
    ]);
  });
});

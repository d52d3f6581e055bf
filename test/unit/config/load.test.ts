// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../src/config/index.ts';
import { aService, WHOLE_PORTS } from '../../builders/workspace.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

describe('a workspace', () => {
  it('has defaults for everything but the image', async () => {
    await shop.write('gefyra.yaml', 'services: {app: {image: "shop-api:dev"}}');
    expect(await shop.load()).toEqual({
      name: 'shop',
      file: join(shop.directory, 'gefyra.yaml'),
      connection: { platform: 'docker', drainMs: 10_000, agentImage: undefined, allow: undefined },
      services: new Map([['app', aService({ name: 'app', image: 'shop-api:dev' })]]),
      forwards: [],
      volumes: [],
    });
  });

  it('keeps the order of its services', async () => {
    await shop.write('gefyra.yaml', 'services: {web: {image: a}, "10": {image: a}, app: {image: a}}');
    expect([...(await shop.load()).services.keys()]).toEqual(['web', '10', 'app']);
  });

  it('is named by the option, then by the file, then after its directory', async () => {
    await shop.write('gefyra.yaml', 'name: mine\nservices: {app: {image: a}}');
    expect((await shop.load({ projectName: 'theirs' })).name).toBe('theirs');
    expect((await shop.load()).name).toBe('mine');
    await shop.write('gefyra.yaml', 'name: Not Mine\nservices: {app: {image: a}}');
    await expect(shop.load({ projectName: 'theirs' })).rejects.toThrow('"Not Mine" cannot be a project name');
    await shop.write('../My Shop.2/gefyra.yaml', 'services: {app: {image: a}}');
    expect((await shop.load({ directory: join(shop.home, 'My Shop.2') })).name).toBe('my-shop2');
  });

  it('has the image of the agents', async () => {
    await shop.write(
      'gefyra.yaml',
      'connection: {agent: {image: tools/agent:1}}\nservices: {app: {image: a}}',
    );
    expect((await shop.load()).connection.agentImage).toBe('tools/agent:1');
  });

  it('has nothing of the keys that begin with x-', async () => {
    await shop.write(
      'gefyra.yaml',
      'x-a: {b: [$NOT_SET]}\nconnection: {x-b: 1}\nservices: {x-notes: some, app: {image: a, x-c: {}, ports: [{target: 1, x-d: 2}]}}',
    );
    expect([...(await shop.load()).services.keys()]).toEqual(['app']);
  });
});

describe('a service', () => {
  it('has its command as words, whatever the form', async () => {
    expect(
      await shop.loadService('command: node --watch "my server.js"\nentrypoint: [tini, --]'),
    ).toMatchObject({
      command: ['node', '--watch', 'my server.js'],
      entrypoint: ['tini', '--'],
    });
  });

  it('has no entrypoint at all when an empty one is given', async () => {
    expect((await shop.loadService('entrypoint: []')).entrypoint).toEqual([]);
    expect((await shop.loadService('entrypoint: ""')).entrypoint).toEqual([]);
  });

  it('has the variables of a mapping as they are spelled', async () => {
    const yaml = 'environment: {A: text, B: 1.10, C: True, D: 0x1F, E: "", F: $$x, G: 12345678901234567890}';
    expect((await shop.loadService(yaml)).environment).toEqual({
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
    expect((await shop.loadService(yaml)).environment).toEqual({ A: '2', B: 'x=y z', C: '' });
  });

  it('inherits variables without value from the environment and .env, and leaves out unset ones', async () => {
    await shop.write('.env', 'B=file\n');
    const options = { environment: { A: 'process', D: undefined } };
    expect((await shop.loadService('environment: {A: , B: , C: }', options)).environment).toEqual({
      A: 'process',
      B: 'file',
    });
    expect((await shop.loadService('environment: [A, B, C, D]', options)).environment).toEqual({
      A: 'process',
      B: 'file',
    });
  });

  it('has its mounts with absolute paths', async () => {
    await mkdir(join(shop.home, 'keys'));
    const yaml = `volumes:
  - ./src:/app/
  - ~/keys:/keys:ro
  - ${shop.home}:/home//x/
  - {type: bind, source: src, target: /again, read_only: true}`;
    expect((await shop.loadService(yaml)).volumes).toEqual([
      {
        kind: 'bind',
        source: join(shop.directory, 'src'),
        target: '/app',
        readOnly: false,
        makesSource: true,
      },
      { kind: 'bind', source: join(shop.home, 'keys'), target: '/keys', readOnly: true, makesSource: true },
      { kind: 'bind', source: shop.home, target: '/home/x', readOnly: false, makesSource: true },
      {
        kind: 'bind',
        source: join(shop.directory, 'src'),
        target: '/again',
        readOnly: true,
        makesSource: true,
      },
    ]);
  });

  it('has its ports on 127.0.0.1 unless the file says otherwise', async () => {
    const yaml =
      'ports: [80, "8080:80", "0.0.0.0:81:81/udp", {target: 82}, {target: 83, published: "8083", host_ip: "::1", protocol: udp}]';
    expect((await shop.loadService(yaml)).ports).toEqual([
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
    expect((await shop.loadService(yaml)).bridges).toEqual([
      {
        target: { kind: 'container', path: ['x'] },
        ports: [
          { container: 80, local: 80 },
          { container: 81, local: 9000 },
        ],
        ...WHOLE_PORTS,
      },
      {
        target: { kind: 'compose', path: ['a', 'b'] },
        ports: [{ container: 80, local: 80 }],
        ...WHOLE_PORTS,
      },
    ]);
  });

  it('casts variables where a number or boolean is asked for', async () => {
    const yaml = `volumes: [{type: bind, source: ./src, target: /app, read_only: "\${RO}"}]
ports: [{target: $PORT, published: "\${PORT}"}, "\${PORT}"]
bridges: [{target: container/x, ports: [$PORT]}]`;
    const service = await shop.loadService(yaml, { environment: { RO: 'Yes', PORT: '8155' } });
    expect(service.volumes[0]).toMatchObject({ readOnly: true });
    expect(service.ports.map((port) => [port.target, port.published])).toEqual([
      [8155, 8155],
      [8155, undefined],
    ]);
    expect(service.bridges[0]?.ports).toEqual([{ container: 8155, local: 8155 }]);
  });

  it('keeps a value of digits a string where a string is asked for', async () => {
    expect(
      (await shop.loadService('working_dir: /${N}\nenvironment: {N: "${N}"}', { environment: { N: '007' } }))
        .environment,
    ).toEqual({ N: '007' });
  });
});

describe('variables', () => {
  it('come from the process, then from .env beside the file', async () => {
    await shop.write('.env', 'A=file\nB=file\n');
    await mkdir(join(shop.directory, 'deep'));
    await shop.write('gefyra.yaml', 'services: {app: {image: "x:$A-$B"}}');
    const workspace = await shop.load({
      directory: join(shop.directory, 'deep'),
      environment: { A: 'process' },
    });
    expect(workspace.services.get('app')?.image).toBe('x:process-file');
  });

  it('come from the given env files, in order, instead of .env', async () => {
    await shop.write('.env', 'A=dotenv\nC=dotenv\n');
    await shop.write('one.env', 'A=one\nB=one\n');
    await shop.write('two.env', 'B=two\nD=$A-$B\n');
    await shop.write('gefyra.yaml', 'services: {app: {image: "x:${A}-${B}-${C-none}-${D}"}}');
    expect((await shop.load({ envFiles: ['one.env', 'two.env'] })).services.get('app')?.image).toBe(
      'x:one-two-none-one-two',
    );
  });

  it('are not replaced in keys', async () => {
    await shop.write('gefyra.yaml', 'services: {app: {image: a, $A: b}}');
    const result = await loadWorkspace({ directory: shop.directory, environment: { A: 'command' } });
    expect('problems' in result && result.problems[0]?.message).toBe('unknown key "$A" in service "app"');
  });

  it('are replaced in shared content where it is used, not where it stands', async () => {
    await shop.write(
      'gefyra.yaml',
      'x-base: &base {image: "x:$A"}\nx-other: $NOT_SET\nservices: {app: *base}',
    );
    expect((await shop.load({ environment: { A: '1' } })).services.get('app')?.image).toBe('x:1');
  });
});

describe('finding the file', () => {
  it('goes up from the directory to the nearest one', async () => {
    await shop.write('gefyra.yml', 'services: {outer: {image: a}}');
    await shop.write('a/b/c/note', '');
    const found = await shop.load({ directory: join(shop.directory, 'a/b/c') });
    expect(found.file).toBe(join(shop.directory, 'gefyra.yml'));
    await shop.write('a/gefyra.yml', 'services: {inner: {image: a}}');
    await shop.write('a/gefyra.yaml', 'services: {inner: {image: a}}');
    expect((await shop.load({ directory: join(shop.directory, 'a/b/c') })).file).toBe(
      join(shop.directory, 'a/gefyra.yaml'),
    );
  });

  it('takes a given file, relative to the directory', async () => {
    await shop.write('other/file.yaml', 'services: {app: {image: a, volumes: ["./src:/app"]}}');
    await shop.write('other/src/note', '');
    const workspace = await shop.load({ files: ['other/file.yaml'] });
    expect(workspace.file).toBe(join(shop.directory, 'other/file.yaml'));
    expect(workspace.services.get('app')?.volumes[0]).toMatchObject({
      source: join(shop.directory, 'other/src'),
    });
  });

  it.each([
    [
      {},
      'no gefyra.yaml in SHOP or any directory above it',
      'create a gefyra.yaml, or name the file with --file',
    ],
    [{ files: ['x.yaml'] }, 'SHOP/x.yaml does not exist', 'check the path given with --file'],
    [{ files: ['src'] }, 'SHOP/src is a directory', 'name the file in it: SHOP/src/gefyra.yaml'],
  ])('says where it looked: %j', async (options, message, hint) => {
    await expect(shop.load(options)).rejects.toMatchObject({
      code: 'config-not-found',
      message: message.replace('SHOP', shop.directory),
      hint: hint.replace('SHOP', shop.directory),
    });
  });

  it('notices a file of nearly the right name', async () => {
    await shop.write('Gefyra.YAML', 'services: {}');
    await expect(shop.load()).rejects.toMatchObject({ hint: 'rename Gefyra.YAML to gefyra.yaml' });
  });

  it('misses an env file that was asked for, not the default one', async () => {
    await shop.write('gefyra.yaml', 'services: {app: {image: a}}');
    await expect(shop.load({ envFiles: ['none.env'] })).rejects.toMatchObject({
      code: 'config-not-found',
      message: `${join(shop.directory, 'none.env')} does not exist`,
    });
  });

  it('refuses a project name that engines would refuse', async () => {
    await expect(shop.load({ projectName: 'My Shop' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('loading', () => {
  it('warns of what is legal but surely not meant', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {x-app: {image: a}, app: {image: a, environment: [A=1, A=2]}}',
    );
    const result = await loadWorkspace({ directory: shop.directory, environment: {} });
    expect('warnings' in result && result.warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'ignored-service services.x-app',
      'repeated-variable services.app.environment[1]',
    ]);
  });

  it('looks for the sources of mounts only when it may', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {app: {image: a, volumes: [{type: bind, source: ./none, target: /app, bind: {create_host_path: false}}]}}',
    );
    expect((await shop.load({ checkPaths: false })).services.size).toBe(1);
    await expect(shop.load()).rejects.toThrow(/none" does not exist/);
  });

  it('gives the problems in the order of the file, with their paths', async () => {
    await shop.write(
      'gefyra.yaml',
      'services:\n  app:\n    ports: [0]\n    image: $X\n    working_dir: app\nfoo: 1\n',
    );
    const result = await loadWorkspace({ directory: shop.directory, environment: {} });
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
    await shop.write('.env', 'A=secret\n');
    const texts = async (yaml: string) => {
      await shop.write('gefyra.yaml', yaml);
      const { sources } = await loadWorkspace({ directory: shop.directory, environment: {} });
      return Object.fromEntries([...sources].map(([file, text]) => [relative(shop.directory, file), text]));
    };
    const wrong = 'services: {app: {imag: a}}';
    expect(await texts(wrong)).toEqual({ 'gefyra.yaml': wrong, '.env': 'A=******\n' });
    // Where there is nothing to show, nothing is.
    expect(await texts('services: {app: {image: a}}')).not.toHaveProperty('gefyra.yaml');
  });
});

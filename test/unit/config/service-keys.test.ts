// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

describe('an image', () => {
  it('is built from a directory beside the file, by its Dockerfile', async () => {
    await shop.write('app/Dockerfile', 'FROM scratch');
    expect(await shop.loadService('build: ./app')).toMatchObject({
      image: 'app',
      build: {
        context: join(shop.directory, 'app'),
        dockerfile: join(shop.directory, 'app/Dockerfile'),
        target: undefined,
        args: {},
      },
    });
  });

  it('is built from the directory of the file when no other is named', async () => {
    await shop.write('src/dev.Dockerfile', 'FROM scratch');
    expect((await shop.loadService('build: {dockerfile: src/dev.Dockerfile, target: dev}')).build).toEqual({
      context: shop.directory,
      dockerfile: join(shop.directory, 'src/dev.Dockerfile'),
      target: 'dev',
      args: {},
    });
  });

  it('is built with a Dockerfile that may lie outside of the context', async () => {
    await shop.write('Dockerfile', 'FROM scratch');
    const service = await shop.loadService('build: {context: src, dockerfile: ../Dockerfile}');
    expect(service.build?.dockerfile).toBe(join(shop.directory, 'Dockerfile'));
  });

  it.each(['args: {A: 1.10, B: , C: , D: ""}', 'args: [A=1.10, B, C, "D="]'])(
    'is built with arguments, some of them from the environment: %s',
    async (args) => {
      await shop.write('Dockerfile', 'FROM scratch');
      const service = await shop.loadService(`build: {${args}}`, { environment: { B: 'b' } });
      expect(service.build?.args).toEqual({ A: '1.10', B: 'b', D: '' });
    },
  );

  it.each([
    ['app', 'shop', 'gefyra-shop-app'],
    ['Web.App', 'shop', 'gefyra-shop-web.app'],
    ['a_b--c_', 'my_shop-', 'gefyra-my_shop--a_b--c'],
  ])(
    'of a service that is only built is named after project and service: %s of %s',
    async (service, name, image) => {
      await shop.write('Dockerfile', 'FROM scratch');
      await shop.write('gefyra.yaml', `name: ${name}\nservices: {${service}: {build: .}}`);
      expect((await shop.load()).services.get(service)?.image).toBe(image);
    },
  );

  it('may be built once for several services', async () => {
    await shop.write('Dockerfile', 'FROM scratch');
    const one = '{image: "shop:dev", build: .}';
    await shop.write('gefyra.yaml', `services: {a: ${one}, b: ${one}, c: {image: "shop:dev"}}`);
    expect((await shop.load()).services.size).toBe(3);
  });

  it('is fetched and chosen as the file says', async () => {
    expect(await shop.loadService('pull_policy: never\nplatform: linux/arm/v7')).toMatchObject({
      pullPolicy: 'never',
      platform: 'linux/arm/v7',
    });
  });

  it('needs no files of a build when paths are not looked up', async () => {
    expect((await shop.loadService('build: ./none', { checkPaths: false })).build?.context).toBe(
      join(shop.directory, 'none'),
    );
  });
});

describe('env files', () => {
  it('are read in order, below the variables of the file', async () => {
    await shop.write('one.env', 'A=one\nB=one # note\nC="one"\n');
    await shop.write('deep/two.env', 'B=two\nD=${A}-$B\n');
    const service = await shop.loadService('env_file: [one.env, ./deep/two.env]\nenvironment: {C: file}');
    expect(service.environment).toEqual({ A: 'one', B: 'two', C: 'file', D: 'one-two' });
  });

  it.each([
    'app.env',
    '{path: app.env}',
    '[{path: app.env, required: false}]',
    '[{path: none.env, required: false}, app.env]',
  ])('are named in any form: %s', async (form) => {
    await shop.write('app.env', 'A=1');
    expect((await shop.loadService(`env_file: ${form}`)).environment).toEqual({ A: '1' });
  });

  it('may use the variables of the file, and lend their own to nobody', async () => {
    await shop.write('app.env', 'A=$X\nX=own\nB=$X\nY');
    const options = { environment: { X: 'x', Y: 'y' } };
    expect((await shop.loadService('env_file: app.env', options)).environment).toEqual({
      A: 'x',
      B: 'x',
      X: 'own',
      Y: 'y',
    });
    await expect(shop.loadService('env_file: app.env\nworking_dir: app/$Z', options)).rejects.toThrow(
      'the variable Z is not set',
    );
  });

  it('are taken as they are when they are raw', async () => {
    await shop.write('app.env', 'A="$X" # x\n');
    const service = await shop.loadService('env_file: {path: app.env, format: raw}');
    expect(service.environment).toEqual({ A: '"$X" # x' });
  });

  it('lose a variable that the file names without value and that is not set', async () => {
    await shop.write('app.env', 'A=1\nB=1');
    const service = await shop.loadService('env_file: app.env\nenvironment: {A: , B: }', {
      environment: { B: 'process' },
    });
    expect(service.environment).toEqual({ B: 'process' });
  });

  it('are handed out masked', async () => {
    await shop.write('app.env', 'A=secret\n');
    await shop.write('gefyra.yaml', 'services: {app: {image: a, env_file: app.env}}');
    const { sources } = await loadWorkspace({ directory: shop.directory, environment: {} });
    expect(sources.get(join(shop.directory, 'app.env'))).toBe('A=******\n');
  });

  it('are passed over when they are missing and paths are not looked up', async () => {
    const yaml = 'env_file: [none.env, src, app.env]';
    await shop.write('app.env', 'A=1');
    expect((await shop.loadService(yaml, { checkPaths: false })).environment).toEqual({ A: '1' });
  });
});

describe('the variables of workloads', () => {
  it.each([
    ['container/x', [{ target: { kind: 'container', path: ['x'] }, include: ['*'], exclude: [] }]],
    [
      '{target: compose/a/b, include: ["DB_*"], exclude: [DB_PASSWORD]}',
      [{ target: { kind: 'compose', path: ['a', 'b'] }, include: ['DB_*'], exclude: ['DB_PASSWORD'] }],
    ],
    [
      '[container/x, {target: container/y, exclude: [PATH]}]',
      [
        { target: { kind: 'container', path: ['x'] }, include: ['*'], exclude: [] },
        { target: { kind: 'container', path: ['y'] }, include: ['*'], exclude: ['PATH'] },
      ],
    ],
  ])('are named in any form: %s', async (form, envFrom) => {
    expect((await shop.loadService(`env_from: ${form}`)).envFrom).toEqual(envFrom);
  });
});

describe('mounts', () => {
  it('are of a file, of a volume or of memory', async () => {
    await shop.write(
      'gefyra.yaml',
      `services:
  app:
    image: a
    volumes:
      - data:/var/lib/data:ro
      - /anonymous/
      - {type: volume, source: cache, target: /cache}
      - {type: volume, target: /other, read_only: true}
      - {type: tmpfs, target: /tmp, tmpfs: {size: 1k, mode: 0o1777}}
      - {type: tmpfs, target: /run, tmpfs: {size: 1024, mode: 0755}}
      - {type: tmpfs, target: /var/tmp, tmpfs: {mode: "0700"}, read_only: false}
      - {type: bind, source: src, target: /app}
volumes:
  x-note: mine
  data:
  cache: {x-note: mine}
`,
    );
    const workspace = await shop.load();
    expect(workspace.services.get('app')?.volumes).toEqual([
      { kind: 'volume', name: 'data', target: '/var/lib/data', readOnly: true },
      { kind: 'volume', name: undefined, target: '/anonymous', readOnly: false },
      { kind: 'volume', name: 'cache', target: '/cache', readOnly: false },
      { kind: 'volume', name: undefined, target: '/other', readOnly: true },
      { kind: 'tmpfs', target: '/tmp', sizeBytes: 1024, mode: 0o1777 },
      { kind: 'tmpfs', target: '/run', sizeBytes: 1024, mode: 0o755 },
      { kind: 'tmpfs', target: '/var/tmp', sizeBytes: undefined, mode: 0o700 },
      {
        kind: 'bind',
        source: join(shop.directory, 'src'),
        target: '/app',
        readOnly: false,
        makesSource: true,
      },
    ]);
    expect(workspace.volumes).toEqual([{ name: 'data' }, { name: 'cache' }]);
  });

  it('of a volume that nobody mounts are missed', async () => {
    expect(
      await shop.warnings('services: {app: {image: a, volumes: ["data:/a"]}}\nvolumes: {data: , other: {}}'),
    ).toEqual(['unused-volume volumes.other']);
  });
});

describe('dependencies', () => {
  it('have their conditions, which a list leaves at their defaults', async () => {
    await shop.write(
      'gefyra.yaml',
      `services:
  app:
    image: a
    depends_on:
      db: {condition: service_healthy, restart: true}
      migration: {condition: service_completed_successfully}
      cache: {required: false}
      gone: {required: false}
      x-note: mine
  web: {image: a, depends_on: [app, db]}
  db: {image: a, healthcheck: {test: "true"}}
  migration: {image: a, restart: on-failure}
  cache: {image: a}
`,
    );
    const { services } = await shop.load();
    expect(services.get('app')?.dependsOn).toEqual([
      { service: 'db', condition: 'service_healthy', required: true, restart: true },
      { service: 'migration', condition: 'service_completed_successfully', required: true, restart: false },
      { service: 'cache', condition: 'service_started', required: false, restart: false },
    ]);
    expect(services.get('web')?.dependsOn).toEqual([
      { service: 'app', condition: 'service_started', required: true, restart: false },
      { service: 'db', condition: 'service_started', required: true, restart: false },
    ]);
  });

  it('may meet in one service without being a cycle', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {a: {image: a, depends_on: [b, c]}, b: {image: a, depends_on: [d]}, c: {image: a, depends_on: [d]}, d: {image: a}}',
    );
    expect((await shop.load()).services.size).toBe(4);
  });

  it('on the health check of an image are doubted, on one of the file not', async () => {
    expect(
      await shop.warnings(`services:
  app:
    image: a
    depends_on:
      db: {condition: service_healthy}
      cache: {condition: service_healthy}
      queue: {condition: service_healthy}
  db: {image: a}
  cache: {image: a, healthcheck: {interval: 1s}}
  queue: {image: a, healthcheck: {test: "true"}}
`),
    ).toEqual([
      'assumed-healthcheck services.app.depends_on.db.condition',
      'assumed-healthcheck services.app.depends_on.cache.condition',
    ]);
  });

  it('count once, however often they are listed', async () => {
    const yaml = 'services: {app: {image: a, depends_on: [db, db]}, db: {image: a}}';
    expect(await shop.warnings(yaml)).toEqual(['repeated-dependency services.app.depends_on[1]']);
    expect((await shop.load()).services.get('app')?.dependsOn).toHaveLength(1);
  });
});

describe('a health check', () => {
  const times = {
    intervalMs: 30_000,
    timeoutMs: 30_000,
    retries: 3,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
  };

  it.each([
    ['{test: "curl -f localhost || exit 1"}', ['CMD-SHELL', 'curl -f localhost || exit 1']],
    ['{test: ["CMD", "curl", "localhost"]}', ['CMD', 'curl', 'localhost']],
    ['{test: ["CMD-SHELL", "curl localhost"]}', ['CMD-SHELL', 'curl localhost']],
    ['{test: "true", disable: false}', ['CMD-SHELL', 'true']],
  ])('runs a command at the engine’s default times: %s', async (form, test) => {
    expect((await shop.loadService(`healthcheck: ${form}`)).healthcheck).toEqual({
      kind: 'test',
      test,
      ...times,
    });
  });

  it('has times in milliseconds', async () => {
    const yaml =
      'healthcheck: {test: "true", interval: 1m30s, timeout: 500ms, retries: 5, start_period: 1h, start_interval: 1.5s}';
    expect((await shop.loadService(yaml)).healthcheck).toMatchObject({
      intervalMs: 90_000,
      timeoutMs: 500,
      retries: 5,
      startPeriodMs: 3_600_000,
      startIntervalMs: 1_500,
    });
  });

  it('leaves to the image what the file does not say when the test is the image’s', async () => {
    expect((await shop.loadService('healthcheck: {retries: 5}')).healthcheck).toEqual({
      kind: 'image',
      intervalMs: undefined,
      timeoutMs: undefined,
      retries: 5,
      startPeriodMs: undefined,
      startIntervalMs: undefined,
    });
  });

  it.each(['{disable: true}', '{test: ["NONE"]}', '{test: ["NONE"], disable: true}'])(
    'is none by %s',
    async (form) => {
      expect((await shop.loadService(`healthcheck: ${form}`)).healthcheck).toEqual({ kind: 'none' });
    },
  );
});

describe('the life of a container', () => {
  it.each([
    ['no', { kind: 'no' }],
    ['"no"', { kind: 'no' }],
    ['always', { kind: 'always' }],
    ['unless-stopped', { kind: 'unless-stopped' }],
    ['on-failure', { kind: 'on-failure', attempts: undefined }],
    ['on-failure:3', { kind: 'on-failure', attempts: 3 }],
  ])('begins again as the file says: %s', async (form, restart) => {
    expect((await shop.loadService(`restart: ${form}`)).restart).toEqual(restart);
  });

  it('ends as the file says', async () => {
    expect(await shop.loadService('stop_signal: int\nstop_grace_period: 1m')).toMatchObject({
      stopSignal: 'SIGINT',
      stopGraceMs: 60_000,
    });
    expect(await shop.loadService('stop_signal: 9\nstop_grace_period: 0s')).toMatchObject({
      stopSignal: '9',
      stopGraceMs: 0,
    });
  });

  it('has what the file switches on', async () => {
    expect(await shop.loadService('init: true\ntty: true\nstdin_open: true\nuser: node:1000')).toMatchObject({
      init: true,
      tty: true,
      stdinOpen: true,
      user: 'node:1000',
    });
    expect((await shop.loadService('init: $OFF', { environment: { OFF: 'no' } })).init).toBe(false);
  });

  it('has capabilities by one name each', async () => {
    expect((await shop.loadService('cap_add: [sys_ptrace, CAP_SYS_PTRACE, NET_ADMIN]')).capAdd).toEqual([
      'SYS_PTRACE',
      'NET_ADMIN',
    ]);
  });

  it.each([
    ['mem_limit: 64m\ncpus: 0.5', 67_108_864, 0.5],
    ['mem_limit: 1073741824\ncpus: "1.50"', 1_073_741_824, 1.5],
    ['mem_limit: $M\ncpus: $C', 8_388_608, 2],
  ])('has limits: %j', async (yaml, memoryBytes, cpus) => {
    const service = await shop.loadService(yaml, { environment: { M: '8M', C: '2' } });
    expect([service.memoryBytes, service.cpus]).toEqual([memoryBytes, cpus]);
  });

  it.each([
    ['none', 'none', []],
    ['host', 'host', []],
    [
      'service:db',
      'service',
      [{ service: 'db', condition: 'service_started', required: true, restart: true }],
    ],
  ])('may be in another network, without names on that of the project: %s', async (mode, kind, dependsOn) => {
    const services = `{db: {image: db}, app: {image: a, network_mode: "${mode}", container_name: shop-app}}`;
    await shop.write('gefyra.yaml', `services: ${services}`);
    const service = (await shop.load()).services.get('app');
    expect(service?.namespace).toMatchObject({ networkMode: { kind }, aliases: [] });
    expect(service?.dependsOn).toEqual(dependsOn);
  });

  it('publishes nothing in the network of the machine, which is told', async () => {
    expect(await shop.warnings('services: {app: {image: a, network_mode: host, ports: [80]}}')).toEqual([
      'no-effect services.app.ports',
    ]);
    expect((await shop.load()).services.get('app')?.ports).toEqual([]);
  });

  it('has commands that run in it when it has started, and before it is stopped', async () => {
    const yaml = `post_start:
  - command: ./seed.sh --size 'very small'
  - {command: [sh, -c, "a && b"], user: "0", privileged: yes, working_dir: /data, environment: [A=1.10, B, C]}
pre_stop: [{command: ./flush.sh, environment: {A: 1.10, B: }}]`;
    const service = await shop.loadService(yaml, { environment: { B: 'b' } });
    const ordinary = { user: undefined, privileged: false, workingDir: undefined, environment: {} };
    const environment = { A: '1.10', B: 'b' };
    expect(service.hooks).toEqual({
      postStart: [
        { ...ordinary, command: ['./seed.sh', '--size', 'very small'] },
        { command: ['sh', '-c', 'a && b'], user: '0', privileged: true, workingDir: '/data', environment },
      ],
      preStop: [{ ...ordinary, command: ['./flush.sh'], environment }],
    });
  });

  it.each([
    ['["laptop:host-gateway", "db=10.0.0.1", "db:[fd00::1]"]', ['10.0.0.1', 'fd00::1']],
    ['{laptop: host-gateway, db: "[fd00::1]"}', ['fd00::1']],
  ])('knows further hosts: %s', async (form, addresses) => {
    expect((await shop.loadService(`extra_hosts: ${form}`)).extraHosts).toEqual([
      { name: 'laptop', address: 'host-gateway' },
      ...addresses.map((address) => ({ name: 'db', address })),
    ]);
  });

  it.each([
    '{com.example.team: shop, N: 1.0, x-a: true, E: , F: ""}',
    '[com.example.team=shop, N=1.0, x-a=true, E, F=]',
  ])('has labels as they are spelled: %s', async (form) => {
    expect((await shop.loadService(`labels: ${form}`)).labels).toEqual({
      'com.example.team': 'shop',
      N: '1.0',
      'x-a': 'true',
      E: '',
      F: '',
    });
  });

  it('has a repeated label of a list once, with a warning', async () => {
    expect(await shop.warnings('services: {app: {image: a, labels: [a=1, a=2]}}')).toEqual([
      'repeated-label services.app.labels[1]',
    ]);
    expect((await shop.load()).services.get('app')?.labels).toEqual({ a: '2' });
  });
});

describe('the connection', () => {
  it('has the contexts and addresses that may be used', async () => {
    await shop.write(
      'gefyra.yaml',
      'connection: {allow: [default, "tcp://10.0.0.1:2376"]}\nservices: {app: {image: a}}',
    );
    expect((await shop.load()).connection.allow).toEqual(['default', 'tcp://10.0.0.1:2376']);
  });
});

describe('a service that begins with x-', () => {
  it('is no service, even when it could be built', async () => {
    await mkdir(join(shop.directory, 'app'));
    expect(await shop.warnings('services: {x-app: {build: ./app}, app: {image: a}}')).toEqual([
      'ignored-service services.x-app',
    ]);
  });
});

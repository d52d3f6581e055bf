// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatWorkspace, loadWorkspace } from '../../../src/config/index.ts';
import { ORDINARY_CONTAINER, ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

/** Code and message of every warning about a service with these lines, with these variables. */
async function warned(yaml: string, environment: Readonly<Record<string, string>> = {}) {
  await shop.write('gefyra.yaml', `services:\n  app:\n    image: a\n${yaml.replace(/^/gm, '    ')}\n`);
  const result = await loadWorkspace({ directory: shop.directory, environment });
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.warnings.map(({ code, message }) => `${code}: ${message}`);
}

describe('keys without effect', () => {
  it('are noted once each, with their places, and may hold anything', async () => {
    await shop.write(
      'gefyra.yaml',
      `version: "3"
services:
  a: {image: a, expose: [80], logging: {driver: "\${NOWHERE}"}}
  b: {image: b, expose: [81], develop: {watch: 5}}
networks: {back: {ipam: [\${NOWHERE}x]}}
`.replace('[${NOWHERE}x]', '["${NOWHERE}"]'),
    );
    const result = await loadWorkspace({ directory: shop.directory, environment: {} });
    expect('warnings' in result && result.warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '1 "version" has no effect here',
      '3 "expose" has no effect here (in 2 places)',
      '3 "logging" has no effect here',
      '4 "develop" has no effect here',
      '5 "networks" has no effect here',
    ]);
  });

  it('are not among what a workspace is shown as', async () => {
    await shop.write('gefyra.yaml', 'version: "3"\nservices: {app: {image: a, expose: [80], scale: 3}}\n');
    const text = formatWorkspace(await shop.load(), { format: 'yaml', showSecrets: false });
    expect(text).not.toMatch(/version|expose|scale|secrets|configs|privileged|networks|sysctls/);
  });

  it('are noted by value where others of the same key count', async () => {
    expect(await warned('network_mode: bridge\ncontainer_name: db\nnetworks: [back]')).toEqual([
      'no-effect: "network_mode" has no effect here',
      'no-effect: "container_name" does not name the container here',
      'no-effect: "networks" has no effect here',
    ]);
  });
});

describe('a value', () => {
  it.each([
    ['tty: yes', { tty: true }],
    ['tty: "true"', { tty: true }],
    ['init: "false"', { init: false }],
    ['user: 1000', { user: '1000' }],
    ['command: [sleep, 5]', { command: ['sleep', '5'] }],
    [
      'healthcheck: {test: "true", retries: 0, interval: 0s}',
      { healthcheck: { retries: 3, intervalMs: 30_000 } },
    ],
    ['healthcheck: {test: "true", disable: true}', { healthcheck: { kind: 'none' } }],
    ['stop_grace_period: 1d', { stopGraceMs: 86_400_000 }],
    ['mem_limit: 1GiB', { memoryBytes: 1024 ** 3 }],
    ['mem_limit: 0\ncpus: 0', { memoryBytes: undefined, cpus: undefined }],
    ['ports: ["80/TCP"]', { ports: [{ target: 80, protocol: 'tcp' }] }],
    ['ports: [{target: "80", published: "90-91"}]', { ports: [{ target: 80, published: 90 }] }],
    ['restart: on-failure:0', { restart: { kind: 'on-failure', attempts: undefined } }],
    ['pull_policy: if_not_present', { pullPolicy: 'missing' }],
    ['pull_policy: every_12h', { pullPolicy: 'missing' }],
    ['ports: [{target: 80, published: 80, protocol: TCP}]', { ports: [{ target: 80, protocol: 'tcp' }] }],
    ['ports: ["80:80", "80:80/tcp", "80-81:80-81"]', { ports: [{ target: 80 }, { target: 81 }] }],
    [
      'gpus: [{count: 1, options: {virtualization: false}}]',
      { settings: { deviceRequests: [{ options: { virtualization: 'false' } }] } },
    ],
    ['command: []', { command: undefined }],
    ['command:\nentrypoint:', { command: undefined, entrypoint: undefined }],
    [
      'user: ""\nworking_dir: ""\nplatform: ""\nrestart: ""\ncommand: ""',
      { user: undefined, command: undefined },
    ],
  ])('is taken as Compose takes it: %s', async (yaml, expected) => {
    expect(await shop.loadService(yaml)).toMatchObject(expected);
  });

  it('that its variables leave empty is as if its key were not there', async () => {
    const keys =
      'platform command user working_dir restart container_name mem_limit init entrypoint stop_signal';
    const yaml = keys
      .split(' ')
      .map((key) => `${key}: "\${P:-}"`)
      .join('\n');
    expect(await shop.loadService(yaml)).toEqual(await shop.loadService(''));
  });

  describe('of variables that are not set', () => {
    /** What is said of a service with these lines in a file of that name; it is the one that is loaded. */
    async function told(name: string, yaml: string) {
      await shop.write(name, `services:\n  app:\n${yaml.replace(/^/gm, '    ')}\n`);
      const result = await loadWorkspace({ files: [name], directory: shop.directory, environment: {} });
      const [kind, all] = 'problems' in result ? ['wrong', result.problems] : ['told', result.warnings];
      return all.map(({ message }) => `${kind}: ${message}`);
    }
    const empty = (name: string) =>
      `told: the variable ${name} is not set, and is empty, as it would be for Compose`;

    it('counts as empty in a Compose file, and that is told', async () => {
      const yaml = 'image: a\nenvironment: {A: "$X", B: "${X}"}\nuser: "${UID}:${GID}"';
      expect(await told('compose.yaml', yaml)).toEqual([
        empty('X').replace('not set', 'not set (used in 2 places)'),
        empty('UID'),
        empty('GID'),
      ]);
    });

    it('is a problem there where nothing will not do', async () => {
      const yaml = 'image: "a:${TAG}"\nenvironment: {A: "${B}"}';
      expect(await told('docker-compose.yml', yaml)).toEqual(['wrong: the variable TAG is not set']);
    });

    it('is a problem in any other file', async () => {
      expect(await told('gefyra.yaml', 'image: a\nenvironment: {A: "${B}"}')).toEqual([
        'wrong: the variable B is not set',
      ]);
    });

    it('is so in an env file as in the file that names it', async () => {
      await shop.write('app.env', 'A=$X\n');
      expect(await told('compose.yaml', 'image: a\nenv_file: app.env')).toEqual([empty('X')]);
      expect(await told('gefyra.yaml', 'image: a\nenv_file: app.env')).toEqual([
        'wrong: the variable X is not set',
      ]);
    });
  });

  it('that is a missing source becomes a directory, and that is told', async () => {
    expect(await warned('volumes: ["./scr:/app", {type: bind, source: ./data, target: /data}]')).toEqual([
      `made-source: "${join(shop.directory, 'scr')}" does not exist: an empty directory is made there`,
      `made-source: "${join(shop.directory, 'data')}" does not exist: an empty directory is made there`,
    ]);
  });

  it('that is a host may have several addresses', async () => {
    const yaml = 'extra_hosts: {db: [10.0.0.1, 10.0.0.2, 10.0.0.1], web: "[::1]"}';
    expect((await shop.loadService(yaml)).extraHosts).toEqual([
      { name: 'db', address: '10.0.0.1' },
      { name: 'db', address: '10.0.0.2' },
      { name: 'web', address: '::1' },
    ]);
  });

  it('that is a mount has the options of Compose', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {app: {image: a, volumes: ["./src:/a:ro,Z", "./src:/b:rslave", "d:/c:nocopy"]}}\nvolumes: {d: }',
    );
    expect((await shop.load()).services.get('app')?.volumes).toEqual([
      {
        kind: 'bind',
        source: join(shop.directory, 'src'),
        target: '/a',
        readOnly: true,
        makesSource: true,
        selinux: 'Z',
      },
      {
        kind: 'bind',
        source: join(shop.directory, 'src'),
        target: '/b',
        readOnly: false,
        makesSource: true,
        propagation: 'rslave',
      },
      { kind: 'volume', name: 'd', target: '/c', readOnly: false, noCopy: true },
    ]);
  });
});

describe('secrets and configs', () => {
  it('are mounted where they are files, and put in where they are texts or have an owner', async () => {
    await shop.write('token.txt', 'abc');
    await shop.write('key.pem', 'KEY');
    await shop.write(
      'gefyra.yaml',
      `services:
  app:
    image: a
    secrets: [token, held, {source: key, target: app.key, uid: "7", mode: 0400}]
    configs: [settings, {source: token, target: /etc/token}]
secrets: {token: {file: token.txt}, held: {environment: HELD}, key: {file: ./key.pem}, spare: {external: true}}
configs: {settings: {content: "home is \${HOME}"}, token: {file: token.txt}}
`,
    );
    const app = (await shop.load({ environment: { HELD: 'x', HOME: '/h' } })).services.get('app');
    const source = join(shop.directory, 'token.txt');
    expect(app?.volumes).toEqual([
      { kind: 'bind', source, target: '/run/secrets/token', readOnly: true },
      { kind: 'bind', source, target: '/etc/token', readOnly: true },
    ]);
    expect(app?.files).toEqual([
      { target: '/run/secrets/held', content: 'x', isSecret: true, uid: 0, gid: 0, mode: 0o444 },
      { target: '/run/secrets/app.key', content: 'KEY', isSecret: true, uid: 7, gid: 0, mode: 0o400 },
      { target: '/settings', content: 'home is /h', isSecret: false, uid: 0, gid: 0, mode: 0o444 },
    ]);
  });

  it('are not shown', async () => {
    await shop.write('Dockerfile', 'FROM scratch');
    await shop.write(
      'gefyra.yaml',
      'services: {app: {build: {context: ., secrets: [held]}, secrets: [held]}}\nsecrets: {held: {environment: HELD}}',
    );
    const workspace = await shop.load({ environment: { HELD: 'plain words' } });
    const shown = (showSecrets: boolean) => formatWorkspace(workspace, { format: 'json', showSecrets });
    expect(shown(false)).not.toContain('plain words');
    expect(shown(true)).toContain('plain words');
  });

  it('that cannot be had do not keep anybody from cleaning up', async () => {
    const yaml = 'services: {app: {image: a, secrets: [gone]}}\nsecrets: {gone: {environment: GONE}}';
    await shop.write('gefyra.yaml', yaml);
    expect((await shop.load({ checkPaths: false })).services.size).toBe(1);
  });
});

describe('the settings of a container', () => {
  it('are as usual when the file says nothing', async () => {
    const { settings, namespace, files } = await shop.loadService('');
    expect([settings, namespace, files]).toEqual([ORDINARY_CONTAINER, ORDINARY_NAMESPACE, []]);
  });

  it.each([
    ['cap_drop: [all]', { capDrop: ['ALL'] }],
    [
      'security_opt: ["no-new-privileges:true", "seccomp:unconfined"]',
      { securityOptions: ['no-new-privileges=true', 'seccomp=unconfined'] },
    ],
    [
      'devices: [/dev/fuse, "/dev/a:/dev/b:r"]',
      {
        devices: [
          { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
          { source: '/dev/a', target: '/dev/b', permissions: 'r' },
        ],
      },
    ],
    ['gpus: all', { deviceRequests: [{ count: -1, capabilities: ['gpu'] }] }],
    [
      'deploy: {resources: {reservations: {devices: [{driver: nvidia, device_ids: ["0"], capabilities: [gpu]}]}}}',
      { deviceRequests: [{ driver: 'nvidia', ids: ['0'] }] },
    ],
    [
      'ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}',
      {
        ulimits: [
          { name: 'nproc', soft: 5, hard: 5 },
          { name: 'nofile', soft: 1, hard: 2 },
        ],
      },
    ],
    ['sysctls: {kernel.msgmax: 65536, net.core.somaxconn: 1024}', { sysctls: { 'kernel.msgmax': '65536' } }],
    ['ipc: host\npid: container:x', { ipc: { kind: 'host' }, pid: { kind: 'container', name: 'x' } }],
    [
      'memswap_limit: -1\ncpu_period: 50ms\ncpu_quota: 25000',
      { memorySwapBytes: -1, cpuPeriodUs: 50_000, cpuQuotaUs: 25_000 },
    ],
    [
      'deploy: {resources: {limits: {pids: 5}, reservations: {memory: 64m}}}',
      { pidsLimit: 5, memoryReservationBytes: 64 * 1024 ** 2 },
    ],
    ['group_add: [mail, 1000]', { groups: ['mail', '1000'] }],
  ])('are read: %s', async (yaml, expected) => {
    expect((await shop.loadService(yaml)).settings).toMatchObject(expected);
  });

  it('take a seccomp profile from its file', async () => {
    await shop.write('profile.json', '{ "defaultAction": "SCMP_ACT_ALLOW" }');
    expect(
      (await shop.loadService('security_opt: ["seccomp:profile.json"]')).settings.securityOptions,
    ).toEqual(['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}']);
  });

  it('have limits and a restart from a deployment where the service has none of its own', async () => {
    const deploy =
      'deploy: {resources: {limits: {cpus: "0.5", memory: 64m}}, restart_policy: {condition: on-failure, max_attempts: 3}}';
    expect(await shop.loadService(deploy)).toMatchObject({
      cpus: 0.5,
      memoryBytes: 64 * 1024 ** 2,
      restart: { kind: 'on-failure', attempts: 3 },
    });
    expect(await shop.loadService(`${deploy}\ncpus: .50\nrestart: always`)).toMatchObject({
      cpus: 0.5,
      restart: { kind: 'always' },
    });
  });

  it('have what belongs to the network apart', async () => {
    const yaml = `hostname: h
domainname: d.example
dns: 10.0.0.1
dns_search: [a.example]
dns_opt: ["ndots:2"]
sysctls: ["net.core.somaxconn=1024"]`;
    expect((await shop.loadService(yaml)).namespace).toEqual({
      hostname: 'h',
      domainname: 'd.example',
      aliases: [],
      dns: ['10.0.0.1'],
      dnsSearch: ['a.example'],
      dnsOptions: ['ndots:2'],
      sysctls: { 'net.core.somaxconn': '1024' },
    });
  });
});

describe('a service', () => {
  it('is found by the names of its container, its networks, and the links of others', async () => {
    await shop.write(
      'gefyra.yaml',
      `services:
  db: {image: a, container_name: shop-db, networks: {back: {aliases: [sql, db]}, front: }}
  app: {image: a, links: ["db:database", db]}
`,
    );
    const { services } = await shop.load();
    expect(services.get('db')?.namespace.aliases).toEqual(['sql', 'shop-db', 'database']);
    expect(services.get('app')?.dependsOn).toMatchObject([{ service: 'db', condition: 'service_started' }]);
  });

  it('starts after those whose mounts and namespaces it has', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {a: {image: a}, b: {image: b}, c: {image: c, volumes_from: ["a:ro", "container:x"], pid: service:b, tmpfs: "/run:size=1m"}}',
    );
    const service = (await shop.load()).services.get('c');
    expect(service?.dependsOn.map((one) => one.service).sort()).toEqual(['a', 'b']);
    expect(service?.settings.volumesFrom).toEqual([
      { kind: 'service', name: 'a', readOnly: true },
      { kind: 'container', name: 'x', readOnly: false },
    ]);
    expect(service?.volumes).toMatchObject([{ kind: 'tmpfs', target: '/run', options: 'size=1m' }]);
  });

  it('has volumes that are kept as the file says', async () => {
    await shop.write(
      'gefyra.yaml',
      `services: {app: {image: a, volumes: ["old:/o", "new:/n", "there:/t"]}}
volumes:
  old: {external: true}
  there: {external: {name: elsewhere}}
  new: {name: kept, driver: local, driver_opts: {type: nfs}, labels: [a=b]}
`,
    );
    const { services } = await shop.load();
    const settings = services.get('app')?.volumes.map((mount) => mount.kind === 'volume' && mount.settings);
    const none = { driver: undefined, driverOptions: {}, labels: {} };
    expect(settings).toEqual([
      { engineName: 'old', external: true, ...none },
      {
        engineName: 'kept',
        external: false,
        driver: undefined,
        driverOptions: { type: 'nfs' },
        labels: { a: 'b' },
      },
      { engineName: 'elsewhere', external: true, ...none },
    ]);
  });

  it('is built with everything that Compose knows', async () => {
    await shop.write('npmrc', 'x');
    await shop.write(
      'gefyra.yaml',
      `services:
  app:
    build:
      dockerfile_inline: FROM a
      additional_contexts: {lib: ./src, base: "docker-image://b"}
      secrets: [npmrc, {source: held, target: other}]
      ssh: {default: , git: ./key}
      tags: [a:1]
      labels: [x=y]
      network: host
      extra_hosts: [h:10.0.0.1]
      pull: yes
  far: {build: https://example.com/far.git}
secrets: {npmrc: {file: npmrc}, held: {environment: HELD}}
`,
    );
    const { services } = await shop.load({ environment: { HELD: 'x' } });
    expect(services.get('app')?.build?.options).toEqual({
      isRemote: false,
      inline: 'FROM a',
      contexts: { lib: join(shop.directory, 'src'), base: 'docker-image://b' },
      secrets: [
        { id: 'npmrc', path: join(shop.directory, 'npmrc'), content: undefined },
        { id: 'other', path: undefined, content: 'x' },
      ],
      ssh: ['default', 'git=./key'],
      tags: ['a:1'],
      labels: { x: 'y' },
      network: 'host',
      extraHosts: [{ name: 'h', address: '10.0.0.1' }],
      pull: true,
      noCache: false,
    });
    expect(services.get('far')?.build).toMatchObject({
      context: 'https://example.com/far.git',
      dockerfile: 'Dockerfile',
      options: { isRemote: true },
    });
  });
});

describe('a Compose file over another one', () => {
  it('has its paths beside that one, as a file that is not Compose’s has not', async () => {
    await shop.write('compose.yaml', 'services: {app: {image: a, volumes: ["./one:/one"]}}\n');
    await shop.write('sub/compose.dev.yaml', 'services: {app: {volumes: ["./two:/two"]}}\n');
    await shop.write('sub/mine.yaml', 'services: {app: {volumes: ["./three:/three"]}}\n');
    const files = ['compose.yaml', 'sub/compose.dev.yaml', 'sub/mine.yaml'];
    const result = await loadWorkspace({ files, directory: shop.directory, environment: {} });
    const app = 'workspace' in result ? result.workspace.services.get('app') : undefined;
    expect(app?.volumes.map((mount) => mount.kind === 'bind' && mount.source)).toEqual([
      join(shop.directory, 'one'),
      join(shop.directory, 'two'),
      join(shop.directory, 'sub/three'),
    ]);
  });

  it.each([
    ['of the file', 'name: given\n', {}, 'given'],
    ['of the command line', 'name: given\n', { projectName: 'chosen' }, 'chosen'],
    ['of the directory', '', {}, undefined],
  ])('knows the name %s as that of the project', async (_, name, options, expected) => {
    await shop.write(
      'compose.yaml',
      `${name}services: {app: {image: a, user: "\${COMPOSE_PROJECT_NAME}"}}\n`,
    );
    const files = ['compose.yaml'];
    const result = await loadWorkspace({ files, directory: shop.directory, environment: {}, ...options });
    if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join('\n'));
    const { name: called, services } = result.workspace;
    expect(services.get('app')?.user).toBe(expected ?? called);
  });
});

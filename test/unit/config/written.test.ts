// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUninterpolated, formatWorkspace, loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

// What `devenv config` writes is a file again: loaded, it is the same workspace.

const shop = new TemporaryShop();

/** Texts that a file may take for something else. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((value) => !/[\0\uFFFD]/.test(value)),
  fc.constantFrom(
    'a$b',
    '$$',
    '${A}',
    '$HOME',
    '~',
    'no',
    '010',
    '1.10',
    '0x10',
    '',
    ' a ',
    '- a',
    '#',
    'a: b',
    '{{ x }}',
    '*x',
    '&x',
  ),
  fc.constantFrom(
    '“a”',
    'é',
    '\u00A0',
    'a\nb\n',
    '<<',
    'null',
    '2026-01-01',
    '"',
    "'",
    '\\',
    '!x',
    '@',
    '%a',
    '`',
  ),
);
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const port = fc.integer({ min: 1, max: 65535 });
const duration = fc.constantFrom('1s', '1500ms', '1m30s', '2h', '1us', '1500us', '3ns', '0.5s');
const command = fc.oneof(
  fc.array(text, { minLength: 1, maxLength: 3 }),
  fc.constantFrom('node server.js', "sh -c 'a b'"),
);
const names = fc.dictionary(word, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 4 });
const target = fc.constantFrom('deployment/x', 'deployment/x/app', 'pod/y', 'statefulset/z');

const mount = fc.oneof(
  fc.record({
    type: fc.constant('bind'),
    source: fc.constantFrom('./src', '~', '/etc'),
    read_only: fc.boolean(),
    bind: fc.record(
      {
        create_host_path: fc.boolean(),
        selinux: fc.constantFrom('z', 'Z'),
        propagation: fc.constant('rslave'),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ type: fc.constant('volume'), source: fc.constantFrom('data', 'old', 'kept') }),
  fc.record({ type: fc.constant('volume'), volume: fc.record({ nocopy: fc.boolean(), subpath: word }) }),
  fc.record({ type: fc.constant('volume') }),
  fc.record({
    type: fc.constant('tmpfs'),
    tmpfs: fc.record(
      { size: fc.constantFrom('64m', 1024, '1.5g'), mode: fc.constantFrom('0o1777', '0755') },
      { requiredKeys: [] },
    ),
  }),
);
const ports = fc.oneof(
  port,
  port.map(String),
  fc.record({
    target: port,
    host_ip: fc.constantFrom('::1', '0.0.0.0'),
    protocol: fc.constantFrom('tcp', 'udp'),
  }),
);
const bridgePort = fc.oneof(port, word, fc.record({ container: fc.oneof(port, word), local: port }));

const valueName = fc.constantFrom('a', 'x-b', 'c.d');
const texts = (value: typeof text) =>
  fc.dictionary(
    valueName,
    fc.oneof(
      value,
      fc.integer(),
      fc.boolean(),
      fc.record({ exact: value }),
      fc.record({ prefix: value }),
      fc.constantFrom({ regex: '^a|b$' }, { exists: true }),
    ),
    { minKeys: 1, maxKeys: 3 },
  );
const requestPath = fc.constantFrom('/', '/a b', '/é$', { exact: '/a' }, { regex: '^/[a-z]+$' });
const requests = fc
  .record(
    {
      headers: texts(fc.constantFrom('a$b', '1', 'é', '"', '${A:-b}', '')),
      cookies: texts(fc.constantFrom('a', '1.10')),
      baggage: texts(text.map((one) => one.replaceAll('$', ''))),
      query: texts(text.map((one) => one.replaceAll('$', ''))),
      path: fc.oneof(requestPath, fc.array(requestPath, { minLength: 1, maxLength: 2 })),
      methods: fc.constantFrom('get', ['POST', 'PURGE']),
      mark: fc.constant('ann'),
    },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);
const bridgeKeys = {
  match: fc.oneof(
    fc.constant('mine'),
    requests,
    fc.array(fc.oneof(fc.constant('mine'), requests), { minLength: 1, maxLength: 2 }),
  ),
  except: fc.constantFrom({ path: '/never' }, [{ path: '/never' }, { methods: ['NEVER'] }]),
  probes: fc.constantFrom('mine', 'original'),
  on_answer: fc.constantFrom({}, { pass_on: 404 }, { pass_on: [404, 501] }),
  cache: fc.constantFrom('keep', 'no-store'),
  fallback: fc.constantFrom('original', 'wait', 'fail', { wait: '1500ms' }),
};

const hook = fc.record(
  {
    command,
    user: fc.constantFrom('root', '1000:1000'),
    privileged: fc.boolean(),
    working_dir: fc.constant('/app'),
    environment: names,
  },
  { requiredKeys: ['command'] },
);

const service = fc.record(
  {
    image: fc.constantFrom('a', 'shop:dev', 'registry.example.com:5000/a/b:1.10'),
    build: fc.oneof(
      fc.constantFrom('.', './src'),
      fc.record({ context: fc.constant('./src'), target: word, args: names }),
      fc.constant('https://example.com/far.git#main:sub'),
      fc.record(
        {
          dockerfile_inline: text.map((one) => `FROM a${one}`),
          additional_contexts: fc.constantFrom({ lib: './src' }, ['base=docker-image://b']),
          secrets: fc.constantFrom(['token'], [{ source: 'held', target: 'other' }, 'held']),
          ssh: fc.constantFrom(['default'], { git: './key' }),
          tags: fc.constant(['a:1']),
          labels: names,
          network: fc.constant('host'),
          extra_hosts: fc.constant(['h:10.0.0.1']),
          pull: fc.boolean(),
          no_cache: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    ),
    pull_policy: fc.constantFrom('missing', 'never'),
    platform: fc.constant('linux/arm64'),
    command,
    entrypoint: fc.oneof(command, fc.constant([])),
    working_dir: fc.constantFrom('/', '/app'),
    user: fc.constantFrom('node', '1000:1000'),
    environment: names,
    env_from: fc.oneof(
      target,
      fc.array(fc.record({ target, include: fc.constant(['DB_*']) }), { maxLength: 1 }),
    ),
    labels: names,
    volumes: fc
      .array(mount, { maxLength: 4 })
      .map((all) => all.map((one, at) => ({ ...one, target: `/m${at}` }))),
    ports: fc.array(ports, { maxLength: 3 }),
    healthcheck: fc.oneof(
      fc.constant({ disable: true }),
      fc.record(
        {
          test: fc.oneof(
            fc.constant('curl x'),
            text.map((one) => ['CMD', one]),
          ),
          interval: duration,
          retries: fc.integer({ min: 1, max: 9 }),
        },
        { requiredKeys: [] },
      ),
    ),
    restart: fc.constantFrom('no', 'always', 'on-failure', 'on-failure:3', 'unless-stopped'),
    stop_signal: fc.constantFrom('SIGINT', 'hup', 9),
    stop_grace_period: duration,
    post_start: fc.array(hook, { maxLength: 2 }),
    pre_stop: fc.array(hook, { maxLength: 2 }),
    init: fc.boolean(),
    tty: fc.boolean(),
    stdin_open: fc.boolean(),
    cap_add: fc.constantFrom(['SYS_PTRACE'], ['cap_net_admin', 'ALL']),
    extra_hosts: fc.constantFrom(['a:host-gateway', 'b:[::1]'], { c: '10.0.0.1' }),
    mem_limit: fc.constantFrom('64m', 7_000_000, '1.5g'),
    cpus: fc.constantFrom(0.5, '1.5', 2, '1e-1'),
    debug: fc.record({ type: fc.constantFrom('node', 'debugpy'), wait: fc.boolean() }),
    bridges: fc.array(
      fc.record(
        { target, ports: fc.array(bridgePort, { minLength: 1, maxLength: 2 }), ...bridgeKeys },
        { requiredKeys: ['target', 'ports'] },
      ),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: ['image'] },
);

/** What a container has of kernel, engine and network beyond the ordinary. */
const settings = fc.record(
  {
    cap_drop: fc.constant(['ALL']),
    privileged: fc.boolean(),
    security_opt: fc.subarray(['no-new-privileges:true', 'seccomp:unconfined', 'seccomp={"a": "$$b"}']),
    read_only: fc.boolean(),
    devices: fc.subarray<unknown>(['/dev/fuse', '/dev/a:/dev/b:r', { source: 'vendor.com/gpu=0' }]),
    device_cgroup_rules: fc.constant(['c 1:3 mr']),
    gpus: fc.constantFrom<unknown>('all', [{ driver: 'nvidia', device_ids: ['0'] }, { count: 2 }]),
    group_add: fc.constant(['mail', 1000]),
    ulimits: fc.constant({ nproc: 5, NOFILE: { soft: -1, hard: -1 } }),
    sysctls: fc.constantFrom<unknown>({ 'kernel.msgmax': 1, 'net.core.somaxconn': 2 }, ['net.a=$$b']),
    shm_size: fc.constantFrom('64m', 5, '1GiB'),
    pid: fc.constantFrom('host', 'container:x', 'service:db'),
    ipc: fc.constantFrom('shareable', 'private', 'none'),
    userns_mode: fc.constant('host'),
    cgroup: fc.constantFrom('host', 'private'),
    cgroup_parent: fc.constant('/a'),
    runtime: fc.constant('runc'),
    mem_reservation: fc.constantFrom('64m', 5),
    memswap_limit: fc.constantFrom<unknown>(-1, '1g'),
    mem_swappiness: fc.integer({ min: 0, max: 100 }),
    cpu_shares: fc.integer({ min: 2, max: 2048 }),
    cpu_period: fc.constantFrom<unknown>('50ms', 50_000),
    cpu_quota: fc.constantFrom<unknown>('25ms', -1),
    cpuset: fc.constant('0-1'),
    pids_limit: fc.constantFrom(-1, 100),
    oom_kill_disable: fc.boolean(),
    oom_score_adj: fc.integer({ min: -1000, max: 1000 }),
    volumes_from: fc.subarray(['db:ro', 'container:x']),
    tmpfs: fc.constantFrom<unknown>('/run', ['/run:size=1m,mode=1777', '/var/tmp']),
    network_mode: fc.constantFrom('none', 'host', 'service:db', 'bridge'),
    hostname: word,
    domainname: fc.constant('d.example'),
    container_name: fc.constant('shop-app'),
    networks: fc.constantFrom<unknown>(['back'], { back: { aliases: ['sql', 'app'] } }),
    links: fc.constant(['db:database']),
    dns: fc.constantFrom<unknown>('10.0.0.1', ['10.0.0.1', '::1']),
    dns_search: fc.constant('a.example'),
    dns_opt: fc.constant(['ndots:2']),
    secrets: fc.subarray<unknown>([
      'token',
      'held',
      { source: 'held', target: 'x/y', uid: '7', mode: '0400' },
      { source: 'held', target: '/other/y' },
    ]),
    configs: fc.subarray<unknown>(['settings', { source: 'token', target: '/etc/token' }]),
    deploy: fc.constant({
      resources: { limits: {}, reservations: { devices: [{ count: 'all' }] } },
    }),
  },
  { requiredKeys: [] },
);

const file = fc.record(
  {
    name: fc.constantFrom('shop', 'a_b-1'),
    connection: fc.record({ drain: duration, allow: fc.constant(['x', 'y/z']) }, { requiredKeys: [] }),
    services: fc.tuple(service, service, settings).map(([app, db, other]) => ({
      app: { ...app, ...other, depends_on: { db: { condition: 'service_started', restart: true } } },
      db: { ...db, debug: undefined },
    })),
    volumes: fc.constant({
      data: {},
      unused: {},
      old: { external: true },
      kept: { name: 'kept', driver: 'nfs', driver_opts: { o: 'a=$$b' }, labels: ['a=b'] },
    }),
    secrets: fc.constant({ token: { file: './token.txt' }, held: { environment: 'HELD' } }),
    configs: fc.record({
      settings: fc.record({ content: text }),
      token: fc.constant({ file: './token.txt' }),
    }),
  },
  { requiredKeys: ['services', 'volumes', 'secrets', 'configs'] },
);

async function load(yaml: string) {
  await shop.write('gefyra.yaml', yaml);
  const environment = { HOME: shop.home, USER: 'dev', A: 'value of $A', TAG: 'dev', HELD: 'held\n$A' };
  return loadWorkspace({ directory: shop.directory, environment, checkPaths: false });
}

describe('what devenv config writes', () => {
  it.each(['yaml', 'json'] as const)('as %s is the same workspace when it is loaded', async (format) => {
    await fc.assert(
      fc.asyncProperty(file, async (content) => {
        const first = await load(JSON.stringify(content));
        // Some of what is made up here is refused, as it should be: another file is made up in its place.
        fc.pre(!('problems' in first));
        const second = await load(formatWorkspace(first.workspace, { format, showSecrets: true }));
        expect('problems' in second ? second.problems : second.workspace).toEqual(first.workspace);
      }),
      { numRuns: 15 },
    );
  });

  it.each(['yaml', 'json'] as const)('as %s is so with variables that stay, too', async (format) => {
    await fc.assert(
      fc.asyncProperty(file, async (content) => {
        const first = await load(JSON.stringify(content));
        fc.pre(!('problems' in first));
        const second = await load(formatUninterpolated(first.root, { ...first, format, showSecrets: true }));
        expect('problems' in second ? second.problems : second.workspace).toEqual(first.workspace);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a file whose variables stay', () => {
  const yaml = `x-common: &common {LOG: "\${LEVEL:-debug}", VERSION: 1.10}
services:
  app:
    image: shop:$TAG
    ports: ["\${PORT:-80}:80", 9229]
    environment: {<<: *common, API_TOKEN: S3CRET, PORT: 1234, PASSWORD: 5678}
  db:
    image: db
    environment: [TOKEN=S3CRET, HOME]
    volumes: [{type: tmpfs, target: /tmp, tmpfs: {mode: 0o1777}}]
`;

  it('is as it stands there, without aliases, secrets and keys of the user’s own', async () => {
    const result = await load(yaml);
    if (result.root === undefined) throw new Error('it has no tree');
    expect(
      formatUninterpolated(result.root, { ...result, format: 'yaml', showSecrets: false }),
    ).toBe(`services:
  app:
    image: shop:$TAG
    ports:
      - \${PORT:-80}:80
      - 9229
    environment:
      API_TOKEN: "***"
      PORT: 1234
      PASSWORD: "***"
      LOG: \${LEVEL:-debug}
      VERSION: "1.10"
  db:
    image: db
    environment:
      - TOKEN=***
      - HOME
    volumes:
      - type: tmpfs
        target: /tmp
        tmpfs:
          mode: "0o1777"
`);
  });
});

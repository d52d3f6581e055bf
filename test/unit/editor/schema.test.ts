// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { loadWorkspace } from '../../../src/config/index.ts';
import { aCliContext } from '../../builders/cli-context.ts';
import { LanguageServer } from './language-server.ts';

// The schema in the language server that editors run: what it marks, shows and proposes.

const root = join(import.meta.dirname, '../../..');
const schemaFile = join(root, 'schemas/gefyra.editor.schema.json');

let server: LanguageServer;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'devenv-editor-'));
  server = await LanguageServer.start(schemaFile);
});
afterAll(() => {
  server.stop();
  rmSync(directory, { recursive: true });
});

/** What is marked in a text: line, marked text and message of each, in order. */
async function marked(text: string, by = server): Promise<readonly string[]> {
  const lines = text.split('\n');
  const found = [...(await by.diagnostics(text))];
  found.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  return found.map(({ range: { start, end }, message }) => {
    const token = lines[start.line]?.slice(
      start.character,
      start.line === end.line ? end.character : undefined,
    );
    return `${start.line + 1} ${token}: ${message}`;
  });
}

/** A service with these lines. */
const service = (...lines: readonly string[]) =>
  `services:\n  app:\n    image: shop:dev\n${lines.map((line) => `    ${line}\n`).join('')}`;

it('is known to a server from the moment it has started', async () => {
  const fresh = await LanguageServer.start(schemaFile);
  onTestFinished(() => fresh.stop());
  const labels = (await fresh.completion('services:\n  app:\n    ‸')).map(({ label }) => label);
  expect(labels).toContain('bridges');
});

describe('the schema in an editor', () => {
  it.each(['gefyra.example.yaml', 'examples/sidecar-demo/gefyra.yaml', 'examples/oauth2-demo/gefyra.yaml'])(
    'marks nothing in %s, which names it',
    async (file) => {
      const [first = '', ...rest] = readFileSync(join(root, file), 'utf8').split('\n');
      expect(first).toMatch(
        /^# yaml-language-server: \$schema=(\.\.?\/)+schemas\/gefyra\.editor\.schema\.json$/,
      );
      expect(await marked(rest.join('\n'))).toEqual([]);
    },
  );

  it('has an absolute name with the version, and is read without a network', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { $id } = JSON.parse(readFileSync(schemaFile, 'utf8'));
    expect(new URL($id).pathname).toContain(`/${version}/`);
  });

  it('takes a variable for every value of a type, of a set or of a form', async () => {
    const text = `name: \${NM:-x}
connection: {platform: "\${CP:-kubernetes}", namespace: "\${NS:-x}", drain: "\${DRAIN}"}
services:
  app:
    image: a:\${T}
    tty: \${A:-true}
    init: $INIT
    restart: \${R:-always}
    cpus: \${C:-1}
    mem_limit: \${M:-1g}
    stop_grace_period: \${S:-5s}
    pull_policy: \${PP:-always}
    platform: \${PL:-linux/amd64}
    user: \${UID}:\${GID}
    working_dir: \${DIR}
    ports:
      - \${P:-80}
      - target: \${P:-80}
        published: \${P:-80}
        protocol: \${Q:-tcp}
    volumes: [{type: "\${TYPE}", target: "\${TARGET}", read_only: "\${RO}"}]
    healthcheck:
      test: x
      retries: \${N:-3}
      interval: \${I:-3s}
    depends_on:
      b: {condition: "\${CO:-service_started}", required: "\${X:-true}"}
    debug: {type: "\${D:-node}", port: "\${DP:-9229}", wait: "\${W:-false}"}
    bridges:
      - target: \${K:-deployment}/x
        ports: ["\${BP:-80}", {container: "\${BC}", local: "\${BL}"}]
  b: {image: x:1}
`;
    expect(await marked(text)).toEqual([]);
  });

  it('takes numbers for texts, texts for numbers, true and false, and what says nothing, as devenv does', async () => {
    const text = `name: 1
connection: {platform: kubernetes, namespace: 7}
services:
  app:
    image: 7
    tty: yes
    init: "Off"
    stdin_open: "true"
    hostname: 1
    command: [1, 1.5]
    entrypoint: 1
    environment: {A: 1, B: 1.5, C: true, D: }
    labels: {a: 1, b: false}
    user: 1000
    group_add: [44]
    profiles: [1]
    dns_search: 1
    cpuset: 0
    cpus: "0.5"
    pids_limit: "-1"
    stop_grace_period: 0
    ports: ["80", {target: "80", published: "8080", name: 1}]
    build: {args: {A: 1}, target: 1, no_cache: "no"}
    healthcheck: {test: [CMD, 1], retries: "3", interval: 0}
    sysctls: {net.core.somaxconn: 1024}
    volumes: [{type: bind, source: 1, target: /x, read_only: y}]
    bridges: [{target: deployment/x, ports: ["80"]}]
  nothing:
    image: x
    command:
    entrypoint:
    user: ""
    platform: ""
    working_dir: ""
    restart: ""
    hostname: ""
    domainname: ""
    pull_policy: ""
    stop_signal: ""
    container_name: ""
`;
    expect(await marked(text)).toEqual([]);
    const file = join(directory, 'gefyra.yaml');
    writeFileSync(file, text);
    const loaded = await loadWorkspace({
      directory,
      files: [file],
      environment: {},
      profiles: ['*'],
      checkPaths: false,
    });
    expect('problems' in loaded ? loaded.problems.map(({ message }) => message) : []).toEqual([]);
  });

  it('marks numbers, true and false where a text is wanted and devenv has no use for them', async () => {
    const wrong = service(
      'hostname: true',
      'working_dir: 5',
      'restart: 1',
      'command: [true]',
      'pid: 1',
      'stop_grace_period: 1.5',
      'healthcheck: {interval: 5}',
      'ports: ["x y", {target: "x", published: 1.5}]',
      'init: 1',
      'platform: 1',
    );
    const lines = (await marked(wrong)).map((one) => Number(one.split(' ')[0]));
    expect(lines).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 11, 12, 13]);
  });

  it('tells in words what is wrong, where it is', async () => {
    const text = `name: A B
connection: {platform: nomad, namespace: X_, drain: [1]}
services:
  app:
    image: shop:dev
    tty: sure
    cpus: x
    restart: sometimes
    pull_policy: often
    imag: x
    ports: [99999, {target: x}, {}]
    healthcheck: {retries: 0, interval: soon}
    working_dir: x
    mem_limit: 1x
    stop_grace_period: 5
    volumes:
      - {type: foo, target: /x}
    bridges:
      - ports: []
      - {target: deployment/x, ports: [A_B]}
      - {target: deployment/y, ports: [1], match: mime, except: [{path: x, methods: [a b], headrs: {}}]}
      - {target: deployment/z, ports: [1], match: [{headers: {x-a: [a]}, mark: a b}], probes: none}
  db:
    command: x
`;
    expect(await marked(text)).toEqual([
      '1 A B: This must be lower-case letters, digits, - and _, beginning with a letter or digit.',
      '2 nomad: This must be docker or kubernetes.',
      '2 X_: This must be the name of a namespace: at most 63 lower-case letters, digits and -, beginning and ending with a letter or digit.',
      '2 [1]: This must be a string or a number.',
      '6 sure: This must be true or false.',
      '7 x: This must be a number of processors, such as 0.5.',
      '8 sometimes: This must be "no", always, on-failure, on-failure:3 or unless-stopped.',
      '9 often: This must be always, missing, if_not_present, daily, weekly, every_12h, never or build.',
      '10 imag: Property imag is not allowed.',
      '11 99999: Value is above the maximum of 65535.',
      '11 x: This must be a whole number.',
      '11 {: Missing property "target".',
      '12 soon: This must be a duration: numbers with units, such as 30s or 1m30s.',
      '13 x: This must be an absolute path in the container: it begins with /.',
      '14 1x: This must be a size: a number of bytes, or a number with one of the units b, k, m, g and t.',
      '15 5: This must be a duration: numbers with units, such as 30s or 1m30s.',
      '17 foo: This must be bind, volume, tmpfs or workload.',
      '19 p: Missing property "target".',
      '19 []: Array has too few items. Expected 1 or more.',
      '20 A_B: This must be the number of a port, or its name: at most 15 lower-case letters, digits and single -.',
      '21 mime: This must be mine, or what must hold of a request.',
      '21 x: This must be a path: it begins with / and has no query.',
      '21 a b: This must be a method, such as GET.',
      '21 headrs: Property headrs is not allowed.',
      '22 [a]: Incorrect type. Expected one of string, number, boolean, object.',
      '22 a b: This must be a name of at most 64 letters, digits and . _ -.',
      '22 none: This must be original or mine.',
      '23 db: A service needs "image", "build", "process" or "extends".',
    ]);
  });

  it('asks for an image or a build where none is merged', async () => {
    expect(
      await marked('x-base: &base {image: a}\nservices:\n  app:\n    <<: *base\n  db: {build: .}\n'),
    ).toEqual([]);
    expect(await marked('services:\n  app: {build: .}\n  db: {tty: true}\n')).toEqual([
      '3 db: A service needs "image", "build", "process" or "extends".',
    ]);
  });

  it.each([
    ['conn‸ection: {}', 'Where the targets of the bridges live'],
    ['services:\n  ap‸p: {image: a}\n', '`process`: one of these is required'],
    [service('t‸ty: true'), 'Whether the program gets a terminal of its own'],
    [service('pull_po‸licy: always'), '`always`: at every start'],
    [service('ports: ["8‸0:80"]'), 'target: 80\npublished: 8080'],
    [service('healthcheck: {inter‸val: 3s}'), 'the units are w, d, h, m, s, ms, us and ns'],
    [service('bridges:', '  - tar‸get: deployment/x'), '`statefulset/NAME`'],
    [service('bridges:', '  - {target: pod/x, ports: [1], mat‸ch: mine}'), 'those marked with your name'],
    [service('bridges:', '  - {target: pod/x, ports: [1], match: {pa‸th: /a}}'), 'whatever lies below it'],
    [service('volumes:', '  - {type: bind, sou‸rce: ./x, target: /x}'), '`~` is your home'],
  ])('shows what a key means: %j', async (text, meaning) => {
    expect(await server.hover(text)).toContain(meaning);
  });

  it.each([
    ['‸', ['services', 'name', 'connection', 'volumes', '{services: {app: {image: shop-api:dev}}}']],
    ['services:\n  app:\n    ‸', ['{image: shop-api:dev}', '{build: ./app}', 'bridges', 'env_from']],
    [service('build: ‸'), ['./app', '{context: ./app, target: development}']],
    [service('ports:', '  - ‸'), ['8080:80', '{target: 80, published: 8080}', 'target', 'published']],
    [service('volumes:', '  - ‸'), ['./src:/app', '{type: tmpfs, target: /tmp, tmpfs: {size: 64m}}']],
    [service('bridges:', '  - ‸'), ['{target: container/shop-api, ports: [8080]}', 'target', 'ports']],
    [
      service('bridges:', '  - target: deployment/x', '    ports:', '      - ‸'),
      ['8080', 'http', 'container'],
    ],
    [
      service('bridges:', '  - target: deployment/x', '    match: ‸'),
      ['mine', '{headers: {x-user: ann}}', '[mine, {baggage: {tenant: acme}}]'],
    ],
    [
      service('bridges:', '  - target: deployment/x', '    match:', '      ‸'),
      ['headers', 'path', 'methods'],
    ],
    [
      service('bridges:', '  - target: deployment/x', '    match:', '      headers:', '        x-user: ‸'),
      ['ann', '{regex: ^(ann|bob)$}', '{exists: true}'],
    ],
    [
      service('bridges:', '  - target: deployment/x', '    match:', '      path: ‸'),
      ['/items', '{exact: /items}'],
    ],
    [service('bridges:', '  - target: deployment/x', '    probes: ‸'), ['original', 'mine']],
    [service('tty: ‸'), ['true', 'false']],
    [service('pull_policy: ‸'), ['always', 'missing', 'never', 'build']],
    [service('debug:', '  type: ‸'), ['debugpy', 'node', 'generic']],
    [service('depends_on:', '  ‸'), ['[db]', '{db: {condition: service_healthy}}']],
    [service('environment:', '  ‸'), ['{LOG_LEVEL: debug}', '[LOG_LEVEL=debug, HTTP_PROXY]']],
    [service('command: ‸'), ['node --watch server.js', '[node, --watch, server.js]']],
    [service('env_file: ‸'), ['.env.local', '[shop.env, {path: .env.local, required: false}]']],
    [service('cap_add:', '  - ‸'), ['SYS_PTRACE']],
  ])('proposes what may stand there, in each of its forms: %j', async (text, proposals) => {
    const labels = (await server.completion(text)).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(proposals));
    expect(labels).not.toContain('[object Object]');
    expect(labels).not.toContain('Default value');
  });
});

describe('the schema of a layer in an editor', () => {
  let directory: string;
  let layers: LanguageServer;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'devenv-layer-'));
    const file = join(directory, 'layer.schema.json');
    const program = join(root, 'dist/devenv.js');
    await runProgram(
      ['schema', '--layer'],
      aCliContext({ program, out: (text) => writeFileSync(file, text) }),
    );
    layers = await LanguageServer.start(file);
  });
  afterAll(() => {
    layers.stop();
    rmSync(directory, { recursive: true });
  });

  it('requires nothing', async () => {
    const text = `connection: {namespace: mine}
services:
  app:
    command:
    tty:
    pull_policy:
    environment: {A: b}
    bridges: [{target: deployment/x, ports: [8080]}, {target: deployment/y}]
  db: {user: "\${UID}", healthcheck: {interval: }}
`;
    expect(await marked(text, layers)).toEqual([]);
    expect(await marked('volumes: {data: {}}\n', layers)).toEqual([]);
  });

  it('tells what is wrong all the same', async () => {
    expect(
      await marked('services:\n  app: {imag: x, tty: often}\n  db: {pull_policy: often}\n', layers),
    ).toEqual([
      '2 imag: Property imag is not allowed.',
      '2 often: This must be true or false.',
      '3 often: This must be always, missing, if_not_present, daily, weekly, every_12h, never or build.',
    ]);
  });
});

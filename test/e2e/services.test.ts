import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { type Devenv, runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';

/** A program for `node -e` that serves HTTP on a port and does something first. */
function serving(port: number, first = ''): string {
  return `${first};require('node:http').createServer((_, answer) => answer.end('here')).listen(${port})`;
}

/** A service of the file that runs a program of Node's. */
function aNodeService(name: string, program: string, ...keys: readonly string[]): string {
  const lines = [
    `image: ${demoImage}`,
    `command: ${JSON.stringify(['node', '-e', program])}`,
    'stop_grace_period: 0s',
    ...keys,
  ];
  return `  ${name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

async function writeServices(scenario: Scenario, ...services: readonly string[]): Promise<void> {
  const text = `name: ${scenario.copy.project}\nservices:\n${services.join('')}`;
  await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), text);
}

async function upWith(scenario: Scenario, ...services: readonly string[]): Promise<Devenv> {
  await writeServices(scenario, ...services);
  const session = startDevenv(['up'], scenario.options());
  await session.waitForLine(/^ready/, 60_000);
  return session;
}

function containerOf(scenario: Scenario, service: string): string {
  return `gefyra-${scenario.copy.project}.${service}`;
}

const HEALTHY = [
  'healthcheck:',
  '  test: ["CMD", "node", "-e", "fetch(\'http://127.0.0.1:5432\').then(() => process.exit(0), () => process.exit(1))"]',
  '  interval: 200ms',
  '  retries: 2',
];

describe('services of a file', () => {
  it('start in the order of their dependencies, each when the one before is as it wants it', async () => {
    await using scenario = await aScenario();
    await using session = await upWith(
      scenario,
      aNodeService('db', `setTimeout(() => {${serving(5432)}}, 700)`, ...HEALTHY, '  start_period: 10s'),
      aNodeService('migrate', "console.log('migrated')", 'depends_on: {db: {condition: service_healthy}}'),
      aNodeService('app', serving(80), 'depends_on: {migrate: {condition: service_completed_successfully}}'),
    );
    const order = session.lines
      .map(({ text }) => /^(container\/\w+|healthy\/\w+|completed\/\w+) (?:created|reached)/.exec(text)?.[1])
      .filter((resource) => resource !== undefined);
    expect(order).toEqual([
      'container/db',
      'healthy/db',
      'container/migrate',
      'completed/migrate',
      'container/app',
    ]);
    const script = "fetch('http://db:5432').then((answer) => answer.text()).then(console.log)";
    expect(await docker('exec', containerOf(scenario, 'app'), 'node', '-e', script)).toBe('here');
  });

  it('are all undone, where that is asked for, when one does not become healthy, with the words of its test and its last lines', async () => {
    await using scenario = await aScenario();
    await writeServices(
      scenario,
      aNodeService('db', "console.log('no disk'); setTimeout(() => {}, 1e6)", ...HEALTHY),
      aNodeService('app', serving(80), 'depends_on: {db: {condition: service_healthy}}'),
    );
    const failed = await runDevenv(['up', '--abort-on-failure'], scenario.options());
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('service db is unhealthy');
    expect(failed.stderr).toContain('| no disk');
    const scene = { project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine };
    expect(await findLeftovers(scene)).toEqual([]);
  });

  it('stand when another one fails, which is told, and comes when it can', async () => {
    await using scenario = await aScenario();
    const broken = aNodeService('app', serving(80)).replace('"node"', '"no-such-program"');
    await writeServices(scenario, aNodeService('db', serving(5432)), broken);
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready but for container\/app/, 30_000);
    expect(await docker('inspect', '--format', '{{.State.Running}}', containerOf(scenario, 'db'))).toBe(
      'true',
    );
    const before = session.lines.length;
    await writeServices(scenario, aNodeService('db', serving(5432)), aNodeService('app', serving(80)));
    await session.waitForLine(/^ready;/, 30_000, before);
    expect(await docker('inspect', '--format', '{{.State.Running}}', containerOf(scenario, 'app'))).toBe(
      'true',
    );
  });

  it('get environment, user, labels, limits, hosts and mounts as the file says', async () => {
    await using scenario = await aScenario();
    await using _ = await upWith(
      scenario,
      aNodeService(
        'app',
        serving(80),
        'environment: {LOG_LEVEL: debug}',
        'user: "1000:1000"',
        'labels: {team: shop}',
        'mem_limit: 128m',
        'cpus: 0.5',
        'cap_add: [NET_RAW]',
        'stop_signal: SIGINT',
        'extra_hosts: ["legacy.test:192.0.2.7"]',
        'volumes: [{type: tmpfs, target: /scratch, tmpfs: {size: 1m}}]',
      ),
    );
    const container = containerOf(scenario, 'app');
    const format =
      '{{.Config.User}} {{.Config.Labels.team}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.CapAdd}} {{.Config.StopSignal}}';
    expect(await docker('inspect', '--format', format, container)).toMatch(
      /^1000:1000 shop 134217728 500000000 \[(CAP_)?NET_RAW\] SIGINT$/,
    );
    expect(await docker('exec', container, 'sh', '-c', 'echo $LOG_LEVEL')).toBe('debug');
    expect(await docker('exec', container, 'getent', 'hosts', 'legacy.test')).toMatch(/^192\.0\.2\.7\s/);
    expect(await docker('exec', container, 'grep', '/scratch', '/proc/mounts')).toMatch(
      /^tmpfs .*size=1024k/,
    );
  });

  it('keep what they wrote to a named volume when they are made anew', async () => {
    await using scenario = await aScenario();
    const volumes = '    volumes: ["data:/data"]\n';
    const top = 'volumes: {data: {}}\n';
    await using session = await upWith(scenario, aNodeService('app', serving(80)) + volumes, `${top}`);
    await docker('exec', containerOf(scenario, 'app'), 'sh', '-c', 'echo kept > /data/file');
    const said = session.lines.length;
    await writeServices(scenario, aNodeService('app', serving(80), 'environment: {A: "1"}') + volumes, top);
    await session.waitForLine(/^container\/app replaced .*environment changed/, 20_000, said);
    expect(await docker('exec', containerOf(scenario, 'app'), 'cat', '/data/file')).toBe('kept');
    await docker('volume', 'rm', '-f', `gefyra-${scenario.copy.project}_data`).catch(() => {});
  });

  it('get the variables of a workload, except those of its image and those left out', async () => {
    await using scenario = await aScenario();
    const target = `${scenario.pod.name}-configured`;
    const variables = [
      '-e',
      'DB_HOST=vault',
      '-e',
      'DB_PORT=9000',
      '-e',
      'OTHER=x',
      '-e',
      'PATH=/usr/local/bin:/usr/bin:/bin:/nowhere',
    ];
    await docker('run', '-d', '--name', target, ...variables, demoImage, 'sleep', '600');
    try {
      await using _ = await upWith(
        scenario,
        aNodeService(
          'app',
          serving(80),
          `env_from: {target: container/${target}, include: ["DB_*", "PATH"], exclude: [DB_PORT]}`,
        ),
      );
      const script =
        'console.log(process.env.DB_HOST, process.env.DB_PORT, process.env.OTHER, process.env.PATH.includes("nowhere"))';
      expect(await docker('exec', containerOf(scenario, 'app'), 'node', '-e', script)).toBe(
        'vault undefined undefined false',
      );
    } finally {
      await docker('rm', '-f', target);
    }
  });

  it('are built from a directory when the file says so', async () => {
    await using scenario = await aScenario();
    await writeFile(
      join(scenario.copy.folder, 'Dockerfile'),
      `ARG BASE\nFROM \${BASE}\nARG GREETING\nENV GREETING=\${GREETING}\n`,
    );
    const program = JSON.stringify(['node', '-e', serving(80)]);
    await using _ = await upWith(
      scenario,
      `  app:\n    build: {context: ., args: {BASE: "${demoImage}", GREETING: hello}}\n    command: ${program}\n`,
    );
    expect(await docker('exec', containerOf(scenario, 'app'), 'sh', '-c', 'echo $GREETING')).toBe('hello');
    await docker('rmi', '-f', `gefyra-${scenario.copy.project}-app`);
  });

  it('are started again when they end by themselves and the file says so', async () => {
    await using scenario = await aScenario();
    await using session = await upWith(
      scenario,
      aNodeService(
        'worker',
        "console.log('at work'); setTimeout(() => process.exit(3), 400)",
        'restart: on-failure:2',
      ),
    );
    await session.waitForLine(/^container\/worker exited: exit code 3; last lines: .*at work/, 10_000);
    await session.waitForLine(/^container\/worker running: started again, attempt 2/, 10_000);
    await session.waitForLine(/^worker \| at work$/, 5000, 0);
    const lines = session.lines.filter(({ text }) => text === 'worker | at work');
    expect(lines.length).toBeGreaterThanOrEqual(2);
  });
});

describe('saving the file', () => {
  it('applies only the difference, and an invalid edit changes nothing', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    const id = () => docker('inspect', '--format', '{{.Id}}', containerOf(scenario, 'app'));
    const before = await id();

    let said = session.lines.length;
    await scenario.copy.edit('gefyra.yaml', 'image:', 'imagee:');
    await session.waitForLine(/everything goes on as before/, 10_000, said);
    expect(session.text('stderr')).toMatch(/gefyra\.yaml:\d+:\d+/);
    expect(await id()).toBe(before);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });

    said = session.lines.length;
    await scenario.copy.edit('gefyra.yaml', 'imagee:', 'image:', 'by renaming');
    await session.waitForLine(/nothing changed/, 10_000, said);
    expect(await id()).toBe(before);

    said = session.lines.length;
    await scenario.copy.edit(
      'gefyra.yaml',
      '    bridges:',
      '    environment: {A: "1"}\n    bridges:',
      'truncating first',
    );
    await session.waitForLine(/^container\/app replaced .*environment changed/, 20_000, said);
    await session.waitForLine(/^bridge\/app:8155 live/, 20_000, said);
    const redone = session.lines
      .slice(said)
      .filter(({ text }) => /(created|replaced|opened|removed)/.test(text));
    expect(redone.map(({ text }) => text.split(' ')[0])).toEqual(['container/app']);
  });
});

import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { Machine, runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { freePort } from './world/free-port.ts';
import { findLeftovers, guardiansOf } from './world/leftovers.ts';
import { demoImage, pythonImage } from './world/paths.ts';
import { startProbe } from './world/probe.ts';

function leftovers(scenario: Scenario): Promise<readonly string[]> {
  return findLeftovers({ project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine });
}

describe('devenv up', () => {
  it('changes nothing the second time, says so, and only detaches on Ctrl-C', async () => {
    await using scenario = await aScenario();
    const first = await scenario.up();
    await using second = startDevenv(['up'], scenario.options());
    await second.waitForLine(/nothing changed/, 10_000);
    second.signal('SIGINT');
    expect(await second.exit, second.transcript).toMatchObject({ code: 0 });
    expect(second.text('stderr')).toContain('detached; the session goes on');
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(first.text('stderr')).not.toContain('giving everything back');
  });

  it('refuses a project of the same name from another place, and names both', async () => {
    await using scenario = await aScenario();
    await scenario.up();
    const elsewhere = await runDevenv(['up', '-p', scenario.copy.project, '-f', '../gefyra.yaml'], {
      ...scenario.options(),
      cwd: await anotherCopy(scenario),
    });
    expect(elsewhere).toMatchObject({ code: 5 });
    expect(elsewhere.stderr).toContain(
      `project ${scenario.copy.project} is up already, from ${scenario.copy.folder}`,
    );
  });

  it('exits with 5 and names the owner when another session holds the port, leaving that one alone', async () => {
    await using scenario = await aScenario();
    await scenario.up();
    using other = new Machine();
    const name = `${scenario.copy.project}-b`;
    const refused = await runDevenv(['up', '-p', name], { ...scenario.options(), machine: other });
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stderr).toMatch(
      new RegExp(
        `port 8155 of container/\\S+ is held by \\S+@\\S+ \\(project ${scenario.copy.project}, since`,
      ),
    );
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(await findLeftovers({ project: name, pod: scenario.pod, machine: other })).toEqual([
      expect.stringContaining('agent'),
      expect.stringContaining('table'),
    ]);
  });
});

describe('a start that fails', () => {
  it.each([
    {
      title: 'an image that is nowhere',
      change: (file: string) => file.replace(/image: .*/, 'image: gefyra-devenv/no-such-image:1'),
      code: 1,
      words: /gefyra-devenv\/no-such-image:1/,
    },
    {
      title: 'a target that does not exist',
      change: (file: string) => file.replace(/target: .*/, 'target: container/e2e-nobody'),
      code: 1,
      words: /there is no container e2e-nobody/,
    },
    {
      title: 'a program that is not in the image',
      change: (file: string) => file.replace(/command: .*/, 'command: no-such-program'),
      code: 1,
      words: /service app: .*no-such-program/,
    },
  ])('undoes what it made: $title', async ({ change, code, words }) => {
    await using scenario = await aScenario();
    const file = join(scenario.copy.folder, 'gefyra.yaml');
    await writeFile(file, change(await readFile(file, 'utf8')));
    const failed = await runDevenv(['up'], scenario.options());
    expect(failed).toMatchObject({ code });
    expect(failed.stderr).toMatch(words);
    expect(await leftovers(scenario)).toEqual([]);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
  });

  it('undoes what it made: a port of this machine that is taken', async () => {
    await using scenario = await aScenario();
    const port = await freePort();
    const taken = await docker(
      'run',
      '-d',
      '-p',
      `127.0.0.1:${port}:1`,
      '--entrypoint',
      'sleep',
      demoImage,
      '60',
    );
    try {
      await scenario.copy.edit(
        'gefyra.yaml',
        '    bridges:',
        `    ports: ["127.0.0.1:${port}:1"]\n    bridges:`,
      );
      const failed = await runDevenv(['up'], scenario.options());
      expect(failed).toMatchObject({ code: 5 });
      expect(failed.stderr).toContain(String(port));
      expect(await leftovers(scenario)).toEqual([]);
    } finally {
      await docker('rm', '-f', taken);
    }
  });

  it('undoes what it made when Ctrl-C comes in the middle', async () => {
    await using scenario = await aScenario();
    for (const pattern of [/^network created/, /^gateway\/app created/]) {
      const session = startDevenv(['up'], scenario.options());
      await session.waitForLine(pattern, 30_000);
      session.signal('SIGINT');
      expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
      expect(await leftovers(scenario)).toEqual([]);
    }
  });
});

describe('devenv down in the middle of a start', () => {
  it('ends it without calling that a failure, and leaves nothing', async () => {
    await using scenario = await aScenario();
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^gateway\/app created/, 30_000);
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    expect(await session.exit, session.transcript).toMatchObject({ code: 0 });
    expect(session.text('stderr')).not.toContain('error:');
    expect(await leftovers(scenario)).toEqual([]);
  });
});

describe('a file that takes long to read', () => {
  it('keeps no signal waiting', async () => {
    using machine = new Machine();
    const file = `services:\n  app:\n    image: a\n    command: [${'a,'.repeat(400_000)}a]\n`;
    await writeFile(join(machine.folder, 'gefyra.yaml'), file);
    await using reading = startDevenv(['validate'], { cwd: machine.folder, machine });
    await setTimeout(1500);
    const sentAt = performance.now();
    reading.signal('SIGTERM');
    expect(await reading.exit, reading.transcript).toEqual({ code: null, signal: 'SIGTERM' });
    expect(performance.now() - sentAt).toBeLessThan(1000);
  });
});

describe('devenv up -d', () => {
  it('is ended by Ctrl-C before it is up, as in the foreground', async () => {
    await using scenario = await aScenario();
    await using starting = startDevenv(['up', '-d'], scenario.options());
    await starting.waitForLine(/^gateway\/app created/, 30_000);
    starting.signal('SIGINT');
    expect(await starting.exit, starting.transcript).toMatchObject({ code: 130 });
    expect(starting.text('stderr')).not.toContain('up in the background');
    expect(await leftovers(scenario)).toEqual([]);
  });

  it('writes to a log in the state directory, and leaves nothing in that of the project', async () => {
    await using scenario = await aScenario();
    const before = await readdir(scenario.copy.folder);
    const { code, stderr } = await runDevenv(['up', '-d', '--wait'], scenario.options());
    expect(code, stderr).toBe(0);
    const log = stderr.split('\n').find((line) => line.endsWith('.log')) ?? '';
    expect(dirname(log)).toBe(join(scenario.machine.folder, 'state/gefyra-devenv/logs'));
    expect(await readFile(log, 'utf8')).toContain('gateway/app created');
    expect((await stat(log)).mode & 0o777).toBe(0o600);
    expect(await readdir(scenario.copy.folder)).toEqual(before);
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
  });
});

describe('a second Ctrl-C', () => {
  it('ends at once with the bridge withdrawn; the rest is removed in the background', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    session.signal('SIGINT');
    await session.waitForLine(/giving everything back/, 5000);
    session.signal('SIGINT');
    expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
    expect(session.text('stderr')).toContain('forced: bridges are withdrawn');
    await using load = startProbe(scenario.pod.appUrl, { connections: 'new', path: '/' });
    await load.answeredBy('original', 1000);
    await expect.poll(() => leftovers(scenario), { timeout: 10_000 }).toEqual([]);
  });
});

describe('devenv down', () => {
  it('ends the session without the file, and with a broken one', async () => {
    await using scenario = await aScenario();
    const file = join(scenario.copy.folder, 'gefyra.yaml');
    const first = await scenario.up();
    await rm(file);
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    await first.exit;
    expect(await leftovers(scenario)).toEqual([]);
    await writeFile(file, 'services: [');
    expect(await runDevenv(['down', '-p', scenario.copy.project], scenario.options())).toMatchObject({
      code: 0,
    });
  });
});

describe('a port of this machine that the file leaves to the engine', () => {
  it('is told by devenv up when the service starts, and by devenv ps with and without a session', async () => {
    await using scenario = await aScenario();
    await scenario.copy.edit('gefyra.yaml', '    bridges:', '    ports: ["8155"]\n    bridges:');
    const session = await scenario.up();
    const told = session.lines.map(({ text }) =>
      /^ports\/app up: (127\.0\.0\.1:(\d+)->8155\/tcp)$/.exec(text),
    );
    const [, mapping = '', port = ''] = told.find((match) => match !== null) ?? [];
    expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('x-answered-by')).toBe('local');
    const shown = new RegExp(`^service/app +running, up \\d+s  ${mapping}$`, 'm');
    expect((await runDevenv(['ps'], scenario.options())).stdout).toMatch(shown);
    for (const pid of await guardiansOf(scenario.machine)) process.kill(pid, 'SIGKILL');
    session.signal('SIGKILL');
    await session.exit;
    const left = (await runDevenv(['ps'], scenario.options())).stdout;
    expect(left).toMatch(/the session of project .* is gone/);
    expect(left).toMatch(shown);
    const { stdout } = await runDevenv(['ps', '--format', 'json'], scenario.options());
    expect(JSON.parse(stdout)).toMatchObject({
      project: scenario.copy.project,
      state: 'left',
      services: [{ name: 'app', state: 'running', ports: [{ published: Number(port), target: 8155 }] }],
    });
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
  });
});

describe('devenv plan', () => {
  it('names what would be done and why, and does nothing', async () => {
    await using scenario = await aScenario();
    const { code, stdout } = await runDevenv(['plan'], scenario.options());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^targets: Docker Engine/);
    expect(stdout).toMatch(/open +bridge\/app:8155 +container\/\S+ is not bridged/);
    expect(await leftovers(scenario)).toEqual([]);
    await scenario.up();
    expect((await runDevenv(['plan'], scenario.options())).stdout).toContain('nothing to do');
  });

  it('finds at once all that `up` would be refused for, and makes nothing', async () => {
    await using scenario = await aScenario();
    await scenario.up();
    const project = `${scenario.copy.project}-other`;
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { target } = scenario.pod;
    const service = (image: string, fields: Readonly<Record<string, unknown>>) => ({
      image,
      command: 'node dev.mjs',
      ...fields,
    });
    const services = {
      held: service(demoImage, { bridges: [{ target, ports: [8155] }], ports: [`${port}:80`] }),
      debugged: service(pythonImage, {
        command: 'nosuchserver main:app',
        debug: { type: 'debugpy', port: await freePort() },
      }),
      kept: service('gefyra-nowhere:1', { pull_policy: 'never' }),
      unreadable: service(demoImage, {
        env_from: target,
        volumes: [{ type: 'workload', source: '/nosuch/directory', target: '/data' }],
      }),
    };
    const folder = join(scenario.copy.folder, 'other');
    await mkdir(folder);
    await writeFile(join(folder, 'gefyra.yaml'), JSON.stringify({ name: project, services }));
    const begun = performance.now();
    const plan = await runDevenv(['plan'], { ...scenario.options(), cwd: folder });
    console.log(`plan with five problems: ${Math.round(performance.now() - begun)} ms`);
    const wanted = [
      /port 8155 of \S+ is held by \S+ \(project \S+, since /,
      `service held: port ${port} of 127.0.0.1 on this machine is taken`,
      'service debugged: `nosuchserver` of `nosuchserver main:app` is not in the image',
      'service kept: the engine does not have image gefyra-nowhere:1, and its pull_policy is never',
      `the files in /nosuch/directory of ${target} cannot be read`,
    ];
    expect(plan.stdout, plan.stderr).toMatch(/open +bridge\/held:8155/);
    expect(plan.code).toBe(1);
    for (const words of wanted) expect(plan.stderr).toMatch(words);
    const up = await runDevenv(['up'], { ...scenario.options(), cwd: folder });
    taken.close();
    expect(up.code).toBe(1);
    for (const words of wanted) expect(up.stderr).toMatch(words);
    expect(up.stdout).not.toContain('gateway/');
    const filter = `label=gefyra-devenv/project=${project}`;
    expect(await docker('ps', '--all', '--quiet', '--filter', filter)).toBe('');
    expect((await runDevenv(['plan'], scenario.options())).code).toBe(0);
  });
});

async function anotherCopy(scenario: Scenario): Promise<string> {
  const folder = join(scenario.copy.folder, 'elsewhere');
  await mkdir(join(folder, 'below'), { recursive: true });
  await cp(join(scenario.copy.folder, 'gefyra.yaml'), join(folder, 'gefyra.yaml'));
  await cp(join(scenario.copy.folder, 'app'), join(folder, 'app'), { recursive: true });
  return join(folder, 'below');
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { anEngineElsewhere } from './world/engine-elsewhere.ts';
import { findLeftovers } from './world/leftovers.ts';

describe('devenv up -d --wait', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await aScenario();
    const up = await runDevenv(['up', '-d', '--wait'], scenario.options());
    expect(up, up.stderr).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await runDevenv(['down'], scenario.options());
    await scenario[Symbol.asyncDispose]();
  });

  const run = (...args: readonly string[]) => runDevenv(args, scenario.options());

  it('returns when the bridge is live, and leaves the session behind', async () => {
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect((await run('ps')).stdout).toMatch(/bridge\/app:8155 +live/);
  });

  it('converges with the session the second time', async () => {
    const again = await run('up', '-d');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('nothing changed');
  });

  it('logs shows what services wrote, and refuses a service there is not', async () => {
    const shown = await run('logs', '--tail', '50');
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toMatch(/^app \| local app listens on port 8155$/m);
    expect((await run('logs', '--since', '2030-01-01T00:00:00Z')).stdout).toBe('');
    const unknown = await run('logs', 'ap');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('did you mean app?');
  });

  it('logs -f goes on with what is written from now on, until Ctrl-C', async () => {
    await using following = startDevenv(['logs', '-f', '--tail', '0'], scenario.options());
    await expect
      .poll(async () => {
        await scenario.pod.ask('/items/123');
        return following.text('stderr') + following.text('stdout');
      })
      .toContain('GET /items/123');
    following.signal('SIGINT');
    expect(await following.exit, following.transcript).toMatchObject({ code: 130 });
  });

  it('exec runs a program in the service, with its exit code', async () => {
    const ran = await run('exec', '-T', '-e', 'WHO=me', 'app', 'sh', '-c', 'echo $WHO in $PWD; exit 3');
    expect(ran).toMatchObject({ code: 3, stdout: 'me in /app\n' });
  });

  it('exec ends as shells do with what cannot be run, and tells it once', async () => {
    for (const [program, code] of [
      ['no-such-program', 127],
      ['/etc', 126],
    ] as const) {
      const refused = await run('exec', '-T', 'app', program);
      expect(refused).toMatchObject({ code, stdout: '' });
      expect(refused.stderr.split('could not be run')).toHaveLength(2);
    }
  });

  it('a broken file stops nothing that does not need it', async () => {
    await scenario.copy.edit('gefyra.yaml', 'services:', 'services: [');
    try {
      expect((await run('ps')).stdout).toMatch(/bridge\/app:8155 +live/);
      for (const command of [['logs'], ['exec', '-T', 'app', 'true'], ['restart', 'app']])
        expect(await run(...command), command[0]).toMatchObject({ code: 0 });
      expect(await run('plan')).toMatchObject({ code: 3 });
    } finally {
      await scenario.copy.edit('gefyra.yaml', 'services: [', 'services:');
    }
    await expect.poll(async () => (await scenario.pod.ask('/')).by, { timeout: 10_000 }).toBe('local');
  });

  it('restart keeps container and bridge', async () => {
    const service = `gefyra-${scenario.copy.project}.app`;
    const before = await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', service);
    expect(await run('restart', 'app')).toMatchObject({ code: 0 });
    const after = await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', service);
    expect(after.split(' ')[0]).toBe(before.split(' ')[0]);
    expect(after).not.toBe(before);
    await expect.poll(async () => (await scenario.pod.ask('/')).by, { timeout: 10_000 }).toBe('local');
    expect(await run('restart', 'nobody')).toMatchObject({ code: 2 });
  });

  it('down ends it, and nothing is left', async () => {
    expect(await run('down')).toMatchObject({ code: 0 });
    const scene = { project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine };
    await expect.poll(() => findLeftovers(scene), { timeout: 5000 }).toEqual([]);
  });
});

describe('devenv up -d --wait, when a service that a bridge needs ends for good', () => {
  it('fails at once with its last lines, and ps tells how it ended', async () => {
    await using scenario = await aScenario();
    const file = join(scenario.copy.folder, 'gefyra.yaml');
    const failing = 'command: sh -c "sleep 1; echo no disk; exit 3"';
    await writeFile(file, (await readFile(file, 'utf8')).replace(/command: .*/, failing));
    const begun = performance.now();
    const up = await runDevenv(['up', '-d', '--wait', '--timeout', '60'], scenario.options());
    expect(performance.now() - begun).toBeLessThan(40_000);
    expect(up).toMatchObject({ code: 1 });
    expect(up.stderr).toMatch(
      /service app has ended with exit code 3, and bridge\/app:8155 needs it\n +\| no disk/,
    );
    const { stdout } = await runDevenv(['ps'], scenario.options());
    expect(stdout).toMatch(/^service\/app +exited \(3\) \d+s ago$/m);
    expect((await runDevenv(['logs'], scenario.options())).stdout).toContain('app | no disk');
    const refused = await runDevenv(['exec', '-T', 'app', 'true'], scenario.options());
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('service app does not run') });
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
  });
});

describe('without a session', () => {
  it('config shows what the file comes to, and hides secrets unless told otherwise', async () => {
    await using scenario = await aScenario();
    await scenario.copy.edit(
      'gefyra.yaml',
      '    bridges:',
      '    environment: {API_TOKEN: hush, LEVEL: info}\n    bridges:',
    );
    const shown = await runDevenv(['config', '--format', 'json'], scenario.options());
    expect(shown).toMatchObject({ code: 0 });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      name: scenario.copy.project,
      services: { app: { environment: { API_TOKEN: '***', LEVEL: 'info' }, working_dir: '/app' } },
    });
    expect((await runDevenv(['config', '--show-secrets'], scenario.options())).stdout).toContain(
      'API_TOKEN: hush',
    );
  });

  it('schema prints the schema, and a mistyped command is answered with the right one', async () => {
    await using scenario = await aScenario();
    expect(JSON.parse((await runDevenv(['schema'], scenario.options())).stdout)).toHaveProperty('$schema');
    const mistyped = await runDevenv(['vlaidate'], scenario.options());
    expect(mistyped).toMatchObject({ code: 2 });
    expect(mistyped.stderr).toContain('Did you mean validate?');
  });

  it('restart and logs say that the project is not up', async () => {
    await using scenario = await aScenario();
    const restarted = await runDevenv(['restart'], scenario.options());
    expect(restarted).toMatchObject({ code: 2 });
    expect(restarted.stderr).toContain('is not up');
  });
});

describe('an engine that is not on this machine', () => {
  it('needs -y where nobody can be asked, whether connection.allow names it or not', async () => {
    await using scenario = await aScenario();
    await using proxy = await anEngineElsewhere(scenario.pod.name);
    const options = { ...scenario.options(), env: { DOCKER_HOST: proxy.address } };
    const refused = await runDevenv(['up', '-d'], options);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('is not on this machine, and nobody can be asked');
    await scenario.copy.edit('gefyra.yaml', 'services:', 'connection: {allow: [lab]}\nservices:');
    const unlisted = await runDevenv(['up', '-d'], options);
    expect(unlisted.stderr).toMatch(/is none of the places that connection\.allow of \S+ names: lab/);
    // Sockets of that engine's containers are no files here: agent and gateway are reached through the relay.
    const allowed = await runDevenv(['up', '-d', '--wait', '-y'], options);
    expect(allowed, allowed.stderr).toMatchObject({ code: 0 });
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(await runDevenv(['down'], options)).toMatchObject({ code: 0 });
  });
});

import { chmod, chown, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { Machine, runDevenv, startDevenv } from './world/devenv.ts';
import { dockerLines } from './world/docker.ts';
import { guardiansOf } from './world/leftovers.ts';

const LIVE = /^bridge\/app:8155 live/;

/** Long enough for a guardian to have done its work. */
const GUARDIAN_MS = 5000;

describe('a session that is killed', () => {
  it('is followed by the next one at once, which its guardian leaves alone', async () => {
    await using scenario = await aScenario();
    const killed = await scenario.up();
    killed.signal('SIGKILL');
    const next = await scenario.up();
    await new Promise((resolve) => setTimeout(resolve, GUARDIAN_MS));
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(next.text('stderr') + next.text('stdout')).not.toMatch(/gateway.* lost|is gone/);
    expect((await runDevenv(['ps'], scenario.options())).stdout).toMatch(/bridge\/app:8155 +live/);
  });
});

describe('a session that is stopped', () => {
  it('is not taken for a dead one, and joined when it goes on', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    session.signal('SIGSTOP');
    const before = await containersOf(scenario.copy.project);
    try {
      for (const command of ['up', 'down', 'restart', 'plan', 'ps']) {
        const begun = performance.now();
        const { code, stderr, stdout } = await runDevenv([command], scenario.options());
        expect(performance.now() - begun).toBeLessThan(6000);
        expect(code).toBe(5);
        expect(stdout).toMatch(command === 'ps' ? /^service\/app +running/m : /^$/);
        expect(stderr).toMatch(`process ${session.pid}`);
        expect(stderr).toMatch(/is there, but does not answer/);
      }
      // These need the engine alone.
      for (const command of [['logs'], ['exec', '-T', 'app', 'true']])
        expect(await runDevenv(command, scenario.options())).toMatchObject({ code: 0, stderr: '' });
    } finally {
      session.signal('SIGCONT');
    }
    expect(await containersOf(scenario.copy.project)).toEqual(before);
    await using joined = startDevenv(['up'], scenario.options());
    await joined.waitForLine(LIVE, 20_000);
  });
});

describe('a project that is up already', () => {
  it('is refused to whoever has another runtime directory, unless by force', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    using elsewhere = new Machine();
    const options = { ...scenario.options(), machine: elsewhere };
    const before = await containersOf(scenario.copy.project);
    for (const command of ['up', 'down']) {
      const { code, stderr } = await runDevenv([command], options);
      expect(code).toBe(5);
      expect(stderr).toMatch(
        new RegExp(`${scenario.copy.project} is up already, by \\S+@\\S+ from ${scenario.copy.folder}`),
      );
    }
    expect((await runDevenv(['ps'], options)).stdout).toMatch(/is up, by /);
    expect(await containersOf(scenario.copy.project)).toEqual(before);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    // It lives and makes anew what it finds missing: it is stopped, as one would be that nobody can reach any more.
    for (const pid of await guardiansOf(scenario.machine)) process.kill(pid, 'SIGKILL');
    session.signal('SIGSTOP');
    try {
      const forced = await runDevenv(['down', '--force', '-p', scenario.copy.project], options);
      expect(forced).toMatchObject({ code: 0 });
      expect(await containersOf(scenario.copy.project)).toEqual([]);
    } finally {
      session.signal('SIGKILL');
    }
  });

  it('is taken over from there when its session and guardian are dead', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    for (const pid of await guardiansOf(scenario.machine)) process.kill(pid, 'SIGKILL');
    session.signal('SIGKILL');
    using elsewhere = new Machine();
    await using next = startDevenv(['up'], { ...scenario.options(), machine: elsewhere });
    await next.waitForLine(LIVE, 60_000);
    expect(next.text('stderr') + next.text('stdout')).toMatch(
      /an earlier session of this project was killed/,
    );
  });

  it.skipIf(process.getuid?.() !== 0)('is refused to another user of the same engine', async () => {
    await using scenario = await aScenario();
    await scenario.up();
    using theirs = new Machine();
    // One without an entry among the users, as in many containers.
    const { uid, gid } = { uid: 54321, gid: (await stat('/var/run/docker.sock')).gid };
    await chown(theirs.folder, uid, gid);
    await chmod(scenario.copy.folder, 0o755);
    const before = await containersOf(scenario.copy.project);
    const { code, stderr } = await runDevenv(['up', '-y'], {
      ...scenario.options(),
      machine: theirs,
      user: { uid, gid },
      env: { ...scenario.options().env, HOME: theirs.folder },
    });
    expect(stderr).toMatch(/is up already, by \S+@\S+ from /);
    expect(code).toBe(5);
    expect(await containersOf(scenario.copy.project)).toEqual(before);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
  });
});

async function containersOf(project: string): Promise<readonly string[]> {
  const filter = `label=gefyra-devenv/project=${project}`;
  return (await dockerLines('ps', '--all', '--filter', filter, '--format', '{{.ID}} {{.Names}}')).toSorted();
}

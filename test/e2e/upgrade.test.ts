import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { type Devenv, type DevenvOptions, runDevenv, startDevenv } from './world/devenv.ts';
import { anInstallation } from './world/installation.ts';
import { findLeftovers, guardiansOf } from './world/leftovers.ts';
import { startInTerminal } from './world/terminal.ts';

/** Nothing of ours may be left this long after any ending. */
const GIVEN_BACK_MS = 10_000;

describe("the program's files are removed while its session runs", () => {
  it('saves are followed, a guardian that dies is missed aloud, and Ctrl-C gives everything back', async () => {
    await using scenario = await aScenario();
    await using installation = await anInstallation();
    await using session = await up(scenario, installation);
    await installation.remove();

    let lines = session.lines.length;
    await scenario.copy.edit('gefyra.yaml', 'name:', 'näme:');
    await session.waitForLine(/the file has problems; everything goes on as before/, 10_000, lines);
    lines = session.lines.length;
    await scenario.copy.edit('gefyra.yaml', 'näme:', 'name:');
    await session.waitForLine(/nothing changed/, 10_000, lines);
    lines = session.lines.length;
    await scenario.copy.edit(
      'gefyra.yaml',
      '    bridges:',
      '    environment: {GREETING: hello}\n    bridges:',
    );
    await session.waitForLine(/^bridge\/app:8155 live/, 30_000, lines);

    lines = session.lines.length;
    for (const pid of await guardiansOf(scenario.machine)) process.kill(pid, 'SIGKILL');
    await session.waitForLine(
      /no other guardian can be started: the program that this session runs is gone: .*it takes `devenv down`/,
      10_000,
      lines,
    );
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });

    session.signal('SIGINT');
    expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
    await nothingIsLeft(scenario);
  });

  it('its guardian cleans up after a kill -9', async () => {
    await using scenario = await aScenario();
    await using installation = await anInstallation();
    await using session = await up(scenario, installation);
    await installation.remove();
    session.signal('SIGKILL');
    await nothingIsLeft(scenario);
  });

  it('it refuses to go on in the background, says why, and goes on where it is', async () => {
    await using scenario = await aScenario();
    await using installation = await anInstallation();
    const options = { ...scenario.options(), program: installation.program };
    await using session = startInTerminal(['up'], options);
    await session.screen.waitForLine(/● app:8155 live/, 60_000);
    await installation.remove();
    session.press('d');
    await session.screen.waitForLine(/error: the program that this session runs is gone/, 10_000);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    session.press('q');
    expect(await session.screen.exit, session.screen.transcript).toMatchObject({ code: 130 });
    await nothingIsLeft(scenario);
  });
});

describe('another build takes the place of the program while its session runs', () => {
  it('neither guards it nor changes it, says so, and can look at it and end it', async () => {
    await using scenario = await aScenario();
    await using installation = await anInstallation();
    await using session = await up(scenario, installation);
    await installation.replace();
    const other = { ...scenario.options(), program: installation.program };

    const lines = session.lines.length;
    for (const pid of await guardiansOf(scenario.machine)) process.kill(pid, 'SIGKILL');
    await session.waitForLine(
      /no other guardian can be started: \S+ is another build of devenv by now/,
      10_000,
      lines,
    );
    expect(await guardiansOf(scenario.machine)).toEqual([]);

    for (const command of ['up', 'plan']) {
      const refused = await runDevenv([command], other);
      expect(refused).toMatchObject({ code: 5 });
      expect(refused.stderr).toMatch(
        /the session of this project runs devenv \S+ \(build [0-9a-f]{12}\), and this is devenv .*[\s\S]*devenv down/,
      );
    }
    const seen = await runDevenv(['ps'], other);
    expect(seen.stdout).toMatch(/bridge\/app:8155 +live/);
    expect(seen.stderr).toMatch(/the session runs devenv \S+ \(build/);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(await runDevenv(['down'], other)).toMatchObject({ code: 0 });
    expect(await session.exit, session.transcript).toMatchObject({ code: 0 });
    await nothingIsLeft(scenario);
  });
});

async function up(
  scenario: Scenario,
  { program }: Required<Pick<DevenvOptions, 'program'>>,
): Promise<Devenv> {
  const session = startDevenv(['up'], { ...scenario.options(), program });
  await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
  return session;
}

async function nothingIsLeft({ copy, pod, machine }: Scenario): Promise<void> {
  await expect
    .poll(() => findLeftovers({ project: copy.project, pod, machine }), { timeout: GIVEN_BACK_MS })
    .toEqual([]);
}

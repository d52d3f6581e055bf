import { describe, expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv } from './world/devenv.ts';
import { anEngineElsewhere } from './world/engine-elsewhere.ts';
import { findLeftovers } from './world/leftovers.ts';
import { startBehindShell, startInTerminal } from './world/terminal.ts';

const LIVE = /● app:8155 live/;

describe('the question before the first use', () => {
  it('is asked about an engine elsewhere, ended by Ctrl-C, and not asked again after a yes', async () => {
    await using scenario = await aScenario();
    await using engine = await anEngineElsewhere(scenario.pod.name);
    const options = { ...scenario.options(), env: { DOCKER_HOST: engine.address } };
    for (const [keys, code] of [
      ['\u0003', 130],
      ['n\r', 1],
    ] as const) {
      await using asked = startInTerminal(['up'], options);
      await asked.screen.waitForLine(/is not on this machine\./, 10_000);
      asked.press(keys);
      expect(await asked.screen.exit, asked.screen.transcript).toMatchObject({ code });
    }
    await using up = startInTerminal(['up'], options);
    await up.screen.waitForLine(/is not on this machine\./, 10_000);
    up.press('y\r');
    await up.screen.waitForLine(LIVE, 60_000);
    up.press('\u0003');
    expect(await up.screen.exit, up.screen.transcript).toMatchObject({ code: 130 });
    expect(await runDevenv(['up', '-d'], options)).toMatchObject({ code: 0 });
    expect(await runDevenv(['down'], options)).toMatchObject({ code: 0 });
  });
});

describe('devenv up in a terminal', () => {
  it('lets a bridge rest and resume, and goes on without the terminal', async () => {
    await using scenario = await aScenario();
    await using up = startInTerminal(['up'], scenario.options());
    await up.screen.waitForLine(LIVE, 60_000);
    const connection = up.screen.lines.find(({ text }) => text.includes('✔ connection'));
    expect(connection?.text).not.toMatch(/gateway|link|network/);

    up.press('b');
    await up.screen.waitForLine(/resting: as asked for/, 5000);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
    let before = up.screen.lines.length;
    up.press('b');
    await up.screen.waitForLine(LIVE, 5000, before);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });

    before = up.screen.lines.length;
    up.press('r');
    await up.screen.waitForLine(/app running: restarted/, 15_000, before);
    await up.screen.waitForLine(LIVE, 15_000, before);

    up.press('d');
    await up.screen.waitForLine(/up in the background/, 30_000);
    expect(await up.screen.exit, up.screen.transcript).toMatchObject({ code: 0 });
    const status = await runDevenv(['ps'], scenario.options());
    expect(status.stdout).toMatch(/bridge\/app:8155 +live/);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    const { copy, pod, machine } = scenario;
    expect(await findLeftovers({ project: copy.project, pod, machine })).toEqual([]);
  });

  it.each([
    ['q', 130],
    ['\u0003', 130],
  ])('gives everything back on %j', async (key, code) => {
    await using scenario = await aScenario();
    await using up = startInTerminal(['up'], scenario.options());
    await up.screen.waitForLine(LIVE, 60_000);
    up.press(key);
    await up.screen.waitForLine(/given back/, 15_000);
    expect(await up.screen.exit, up.screen.transcript).toMatchObject({ code });
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
  });

  it('is not stopped by the system in the background of a shell', async () => {
    await using scenario = await aScenario();
    await using up = startBehindShell(['up'], scenario.options());
    await up.screen.waitForLine(LIVE, 60_000);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    await up.screen.waitForLine(/given back/, 15_000);
    await up.screen.exit;
  });
});

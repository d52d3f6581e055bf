import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { aScenarioAnywhere, everyLoad, type Scenario, stopAll } from './scenario.ts';
import type { Devenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';

describe('while a bridge is live', () => {
  let scenario: Scenario;
  let session: Devenv;

  beforeAll(async () => {
    scenario = await aScenarioAnywhere();
    session = await scenario.up();
  });
  afterAll(() => scenario[Symbol.asyncDispose]());
  beforeEach(() => {
    onTestFailed(() => console.log(session.lines.map(({ text }) => text).join('\n')));
  });

  it('answers requests through the sidecar, which calls 127.0.0.1', async () => {
    expect(await scenario.pod.ask('/')).toMatchObject({ status: 200, by: 'local' });
  });

  it('answers requests through a published port of the target', async () => {
    expect(await scenario.pod.askApp('/')).toMatchObject({ status: 200, by: 'local' });
  });

  it('answers requests of neighbours', async () => {
    const script = `fetch('${scenario.pod.neighbourUrl}/').then((answer) => console.log(answer.headers.get('x-answered-by')))`;
    expect(await scenario.pod.runBeside(script)).toBe('local');
  });

  it('leaves the original running', async () => {
    expect(await scenario.pod.original()).toEqual({ running: true, restarts: 0 });
  });

  it('shows an edit of the source at the same URL', async () => {
    expect(await scenario.pod.ask('/items/123')).toMatchObject({ status: 500, by: 'local' });
    await scenario.copy.edit('app/server.mjs', 'record.Email', 'record.email');
    // The program ends and starts again: for a moment the original answers, unless the program is faster than that.
    await expect
      .poll(() => scenario.pod.ask('/items/123'), { timeout: 10_000 })
      .toMatchObject({ status: 200, by: 'local' });
    const { body } = await scenario.pod.ask('/items/123');
    expect(JSON.parse(body)).toEqual({ item_id: 123, Email: 'john@gefyra.dev' });
  });

  it('comes back from a restart that is too short to be seen', async () => {
    const blink = 'server.close(); server.closeAllConnections(); setTimeout(() => server.listen(PORT), 30);';
    await scenario.copy.edit(
      'app/server.mjs',
      "case '/slow':",
      `case '/blink': setTimeout(() => { ${blink} }, 5); return {}; case '/slow':`,
    );
    for (let time = 0; time < 8; time += 1) {
      await expect
        .poll(() => scenario.pod.ask('/blink'), { timeout: 10_000 })
        .toMatchObject({ status: 200, by: 'local' });
      // Some of these are refused by the service, so that the sidecar's kept connection leads to the original then.
      for (let asked = 0; asked < 20; asked += 1) await scenario.pod.ask('/');
      await expect.poll(() => scenario.pod.ask('/'), { timeout: 3000 }).toMatchObject({ by: 'local' });
    }
  });

  it('lets the original answer at once while the local app is away, and comes back with it', async () => {
    const loads = everyLoad(scenario.pod);
    const service = `gefyra-${scenario.copy.project}.app`;
    await Promise.all(loads.map((load) => load.answeredBy('local', 5000)));
    const kill = { from: loads[0]?.elapsed() ?? 0, to: 0 };
    await docker('kill', service);
    kill.to = loads[0]?.elapsed() ?? 0;
    await Promise.all(loads.map((load) => load.answeredBy('original', 5000)));
    await docker('start', service);
    await Promise.all(loads.map((load) => load.answeredBy('local', 10_000)));
    await stopAll('the local app is killed and comes back', loads);
    // A killed program breaks what it is answering. Nothing else is lost, neither on the way there nor back.
    for (const load of loads) {
      const others = load.failures.filter(({ at, ms }) => at > kill.to + 50 || at + ms < kill.from - 50);
      expect(others.length, load.report()).toBeLessThanOrEqual(load.keepsConnections ? 3 : 0);
    }
  });
});

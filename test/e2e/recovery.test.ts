import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { anEngineSocket } from './world/engine-socket.ts';
import { processesOf } from './world/leftovers.ts';

describe('the engine’s events', () => {
  it('are heard again after they broke off: what ends then is noticed and mended', async () => {
    await using scenario = await aScenario();
    await using engine = await anEngineSocket(scenario.machine.folder);
    const file = join(scenario.copy.folder, 'gefyra.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^ {2}app:\n/m, '  app:\n    restart: always\n'));
    await using session = startDevenv(['up'], {
      ...scenario.options(),
      env: { DOCKER_HOST: engine.address },
    });
    await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
    let lines = session.lines.length;
    expect(engine.cutEvents()).toBeGreaterThan(0);
    await session.waitForLine(/^engine lost: its events broke off/, 5000, lines);
    await session.waitForLine(/^engine up/, 5000, lines);
    const service = `gefyra-${scenario.copy.project}.app`;
    await docker('kill', service);
    await session.waitForLine(/^container\/app exited/, 10_000, lines);
    await session.waitForLine(/^bridge\/app:8155 live/, 15_000, lines);
    lines = session.lines.length;
    await docker('kill', `${service}.gateway`);
    await session.waitForLine(/the connection of service app ended/, 10_000, lines);
    await session.waitForLine(/^bridge\/app:8155 live/, 20_000, lines);
    lines = session.lines.length;
    await docker('restart', '--time', '1', scenario.pod.containers.owner);
    await docker('restart', '--time', '1', scenario.pod.containers.app);
    await session.waitForLine(/^bridge\/app:8155 live/, 20_000, lines);
  });
});

describe('the guardian', () => {
  it('has a successor when it is killed, who cleans up after the session', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    const lines = session.lines.length;
    const [first] = await guardians();
    if (first === undefined) throw new Error('no guardian');
    process.kill(first, 'SIGKILL');
    await session.waitForLine(/the guardian.* is gone; starting another/, 5000, lines);
    const [second] = await until(guardians, ([pid]) => pid !== undefined && pid !== first);
    expect(second).not.toBe(first);
    session.signal('SIGKILL');
    const filter = `label=gefyra-devenv/project=${scenario.copy.project}`;
    const left = () => docker('ps', '--all', '--quiet', '--filter', filter);
    expect(await until(left, (ids) => ids === '')).toBe('');

    async function guardians(): Promise<readonly number[]> {
      return (await processesOf(scenario.machine)).flatMap((line) => {
        const match = /^process (\d+): .* guardian$/.exec(line);
        return match === null ? [] : [Number(match[1])];
      });
    }
  });
});

/** Asks until it is as wanted; after ten seconds the last answer all the same. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer) || performance.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import { describe, expect, it } from 'vitest';
import { aScenarioAnywhere, everyLoad, type Scenario, stopAll } from './scenario.ts';
import { type Devenv, runDevenv } from './world/devenv.ts';
import { dockerLines } from './world/docker.ts';
import { findLeftovers, guardiansOf } from './world/leftovers.ts';
import { type Probe, startProbe } from './world/probe.ts';

/** Nothing of ours may be left this long after any ending. */
const GIVEN_BACK_MS = 10_000;

interface Ending {
  readonly title: string;
  /** Ends the session; resolves to the exit code to be expected, or to null for one that was killed. */
  end(session: Devenv, scenario: Scenario): Promise<number | null>;
}

const planned: readonly Ending[] = [
  {
    title: 'Ctrl-C',
    end: async (session) => {
      session.signal('SIGINT');
      return 130;
    },
  },
  {
    title: 'SIGTERM',
    end: async (session) => {
      session.signal('SIGTERM');
      return 143;
    },
  },
  {
    title: 'devenv down from another terminal',
    end: async (_, scenario) => {
      expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
      return 0;
    },
  },
];

describe.each(planned)('$title', ({ title, end }) => {
  it('gives the target back: no request fails, nothing is left', async () => {
    await using scenario = await aScenarioAnywhere();
    const loads = everyLoad(scenario.pod);
    await Promise.all(loads.map((load) => load.answeredBy('original', 5000)));
    const session = await scenario.up();
    await Promise.all(loads.map((load) => load.answeredBy('local', 5000)));
    const opened = loads.map((load) => load.failures);
    const endedAt = performance.now();
    const code = await end(session, scenario);
    await Promise.all(loads.map((load) => load.answeredBy('original', GIVEN_BACK_MS)));
    expect(await session.exit, session.transcript).toMatchObject({ code });
    await nothingIsLeft(scenario, endedAt);
    await stopAll(title, loads);
    for (const [index, load] of loads.entries()) {
      const before = opened[index] ?? [];
      // Each kept connection is closed once on the way there and once on the way back; one that has been idle cannot
      // tell its caller before, and a request sent at that very moment is lost.
      const [there, back] = load.keepsConnections ? [3, 1] : [0, 0];
      expect(before.length, load.report()).toBeLessThanOrEqual(there);
      expect(load.failures.length - before.length, load.report()).toBeLessThanOrEqual(back);
    }
  });
});

describe('kill -9 of the session', () => {
  it('gives the target back by itself, and nothing is left', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    const loads = everyLoad(scenario.pod);
    await Promise.all(loads.map((load) => load.answeredBy('local', 5000)));
    const killedAt = performance.now();
    session.signal('SIGKILL');
    const back = await timesUntil(loads, 'original');
    await nothingIsLeft(scenario, killedAt);
    await stopAll(`kill -9 of the session: original answers after ${back}`, loads);
  });
});

describe('kill -9 of session and guardian', () => {
  it('gives the target back by itself; the next command removes the rest', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    await using load = startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' });
    await load.answeredBy('local', 5000);
    const { stdout } = await runDevenv(['ps'], scenario.options());
    expect(stdout).toMatch(/bridge\/app:8155 +live/);
    const guardians = await guardiansOf(scenario.machine);
    expect(guardians).toHaveLength(1);
    for (const pid of guardians) process.kill(pid, 'SIGKILL');
    session.signal('SIGKILL');
    await load.answeredBy('original', GIVEN_BACK_MS);
    expect((await runDevenv(['ps'], scenario.options())).stdout).toMatch(/the session of project .* is gone/);
    const downAt = performance.now();
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    await nothingIsLeft(scenario, downAt);
  });
});

describe('kill -9 of the agent', () => {
  it('lets the original answer at once, and the bridge comes back with a new agent', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    const loads = everyLoad(scenario.pod);
    await Promise.all(loads.map((load) => load.answeredBy('local', 5000)));
    const lines = session.lines.length;
    await scenario.pod.killAgent();
    const away = await timesUntil(loads, 'original').catch(() => 'the new agent was faster');
    await session.waitForLine(/^bridge\/app:8155 live/, GIVEN_BACK_MS, lines);
    await Promise.all(loads.map((load) => load.answeredBy('local', GIVEN_BACK_MS)));
    await stopAll(`kill -9 of the agent: original answers after ${away}`, loads);
  });
});

describe('an agent that is frozen', () => {
  it('loses the port to the kernel, which is said, and has it again when it runs', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    // Past the sidecar: its own pool would wait for the connections that are frozen.
    const load = startProbe(scenario.pod.appUrl, { connections: 'new', path: '/' });
    await load.answeredBy('local', 5000);
    const lines = session.lines.length;
    await using agent = await scenario.pod.freezeAgent();
    await load.answeredBy('original', GIVEN_BACK_MS);
    // A connection that begins now is one to the original, and is kept.
    const kept = startProbe(scenario.pod.appUrl, { connections: 'keep-alive', path: '/' });
    await kept.answeredBy('original', GIVEN_BACK_MS);
    await session.waitForLine(/^bridge\/app:8155 lost: the agent does not answer/, GIVEN_BACK_MS, lines);
    await agent.thaw();
    await session.waitForLine(/^bridge\/app:8155 live/, GIVEN_BACK_MS, lines);
    await load.answeredBy('local', GIVEN_BACK_MS);
    await kept.answeredBy('local', GIVEN_BACK_MS);
    await load.stop();
    await kept.stop();
    console.log(load.report());
  });

  it('does not keep Ctrl-C waiting', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    const lines = session.lines.length;
    await using agent = await scenario.pod.freezeAgent();
    await session.waitForLine(/^bridge\/app:8155 lost/, GIVEN_BACK_MS, lines);
    const endedAt = performance.now();
    session.signal('SIGINT');
    expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
    expect(performance.now() - endedAt).toBeLessThan(8000);
    await agent.thaw();
    await nothingIsLeft(scenario, performance.now());
  });
});

describe('kill -9 of the gateway', () => {
  it('lets the original answer, and the bridge comes back with a new gateway', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    await using load = startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' });
    await load.answeredBy('local', 5000);
    const lines = session.lines.length;
    await dockerLines('kill', `gefyra-${scenario.copy.project}.app.gateway`);
    await session.waitForLine(/^bridge\/app:8155 live/, GIVEN_BACK_MS, lines);
    await load.answeredBy('local', GIVEN_BACK_MS);
  });
});

describe('a restart of the target', () => {
  it('is followed: the bridge comes back at the new place', async () => {
    await using scenario = await aScenarioAnywhere();
    const session = await scenario.up();
    const lines = session.lines.length;
    await scenario.pod.restart();
    await session.waitForLine(/^bridge\/app:8155 live/, 20_000, lines);
    await using load = startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' });
    await load.answeredBy('local', GIVEN_BACK_MS);
  });
});

async function nothingIsLeft(scenario: Scenario, since: number): Promise<void> {
  const scene = { project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine };
  for (;;) {
    const left = await findLeftovers(scene);
    const took = performance.now() - since;
    if (left.length === 0) {
      console.log(`nothing left after ${(took / 1000).toFixed(2)} s`);
      return;
    }
    if (took > GIVEN_BACK_MS) expect(left).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function timesUntil(loads: readonly Probe[], by: string): Promise<string> {
  const times = await Promise.all(loads.map((load) => load.answeredBy(by, GIVEN_BACK_MS)));
  return times.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ');
}

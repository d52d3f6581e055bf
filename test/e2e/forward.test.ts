import { expect, it, vi } from 'vitest';
import { aScenario } from './scenario.ts';
import { ask } from './world/ask.ts';
import { Machine, runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { freePort } from './world/free-port.ts';
import { findLeftovers } from './world/leftovers.ts';

it('devenv forward leads a port here to what the workload reaches, through its restarts, and gives back', async () => {
  await using scenario = await aScenario();
  const { pod, copy, machine } = scenario;
  const local = await freePort();
  const words = ['forward', `${local}:vault:9000`];
  await using forwarding = startDevenv(words, scenario.options());
  await forwarding.waitForLine(/^ready/, 60_000);
  const asked = () => ask(`http://127.0.0.1:${local}/who`);
  expect(await asked()).toMatchObject({ status: 200 });
  const taken = await runDevenv(
    ['forward', '-y', '--like', pod.target, `${local}:vault:9000`],
    scenario.options(),
  );
  expect(taken.code).not.toBe(0);
  expect(taken.stderr).toContain(`port ${local} of 127.0.0.1 on this machine is taken`);
  await docker('restart', '--time', '0', pod.target.replace('container/', ''));
  await vi.waitFor(async () => expect(await asked()).toMatchObject({ status: 200 }), 30_000);
  forwarding.signal('SIGINT');
  expect(await forwarding.exit, forwarding.transcript).toMatchObject({ code: 130 });
  await expect(asked()).rejects.toThrow();
  await vi.waitFor(
    async () => expect(await findLeftovers({ project: copy.project, pod, machine })).toEqual([]),
    30_000,
  );
});

it.each([
  [['shop'], '"shop" does not say where it leads'],
  [['1:a:2', '1:b:3'], 'two forwards want port 1 of this machine'],
  [['a:99999'], 'a port number is at most 65535'],
])('devenv forward %s is refused', async (words, message) => {
  using machine = new Machine();
  const refused = await runDevenv(['forward', ...words], { cwd: machine.folder, machine });
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain(message);
});

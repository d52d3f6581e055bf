import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aScenarioAnywhere } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { demoImage } from './world/paths.ts';
import { startProbe } from './world/probe.ts';

/** A service that says `local` on a port, as the demo's does. */
function aService(name: string, port: number, target: string, targetPort: number): string {
  const program = `require('node:http').createServer((_, answer) => answer.setHeader('x-answered-by', 'local').end('{}')).listen(${port})`;
  return [
    `  ${name}:`,
    `    image: ${demoImage}`,
    `    command: ${JSON.stringify(['node', '-e', program])}`,
    '    stop_grace_period: 0s',
    `    bridges: [{target: ${target}, ports: [{container: ${targetPort}, local: ${port}}]}]`,
    '',
  ].join('\n');
}

it('two containers of one network namespace are bridged side by side, and stay so', async () => {
  await using scenario = await aScenarioAnywhere();
  const { target, sidecarTarget } = scenario.pod;
  const file = join(scenario.copy.folder, 'gefyra.yaml');
  const services = [aService('web', 9001, target, 8155), aService('side', 9002, sidecarTarget, 8080)];
  await writeFile(file, `name: ${scenario.copy.project}\nservices:\n${services.join('')}`);
  await using session = startDevenv(['up'], scenario.options());
  await session.waitForLine(/^bridge\/web:8155 live/, 60_000);
  await session.waitForLine(/^bridge\/side:8080 live/, 60_000);
  const loads = [
    startProbe(scenario.pod.appUrl, { connections: 'new', path: '/' }),
    startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' }),
  ];
  await Promise.all(loads.map((load) => load.answeredBy('local', 5000)));
  const lines = session.lines.length;
  // Longer than a reconnect would take that evicts the other.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.all(loads.map((load) => load.stop()));
  expect(session.lines.slice(lines).filter(({ text }) => /lost|resting/.test(text))).toEqual([]);
  for (const load of loads) expect(load.failures, load.report()).toEqual([]);
  const { stdout } = await runDevenv(['ps'], scenario.options());
  expect(stdout).toMatch(/bridge\/web:8155 +live/);
  expect(stdout).toMatch(/bridge\/side:8080 +live/);
});

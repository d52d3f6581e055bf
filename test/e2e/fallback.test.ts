import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { startProbe } from './world/probe.ts';

/** A program that answers at once, and what it has read before it ends. */
const PROGRAM = `import { createServer } from 'node:http';

const server = createServer((_, answer) => answer.writeHead(200, { 'x-answered-by': 'local' }).end()).listen(8155);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

/** The example with a program that starts itself anew whenever it is saved, and a word on what happens meanwhile. */
async function writeFallback({ copy }: Scenario, fallback: string): Promise<void> {
  const file = join(copy.folder, 'gefyra.yaml');
  const text = await readFile(file, 'utf8');
  const changed = text
    .replace(/command: .*/, 'command: node --watch program.mjs')
    .replace(/^( +)ports: \[8155\].*$/m, `$&\n$1fallback: ${fallback}`);
  await writeFile(join(copy.folder, 'app', 'program.mjs'), PROGRAM);
  await writeFile(file, changed);
}

/** Saves the program, so that it is started anew. */
async function save({ copy }: Scenario): Promise<void> {
  const file = join(copy.folder, 'app', 'program.mjs');
  await writeFile(file, `${await readFile(file, 'utf8')}\n`);
}

describe('a program that starts itself anew', () => {
  it('is waited for: the original gets none of its requests, and what the program has not read is not lost', async () => {
    await using scenario = await aScenario();
    await writeFallback(scenario, '{wait: 9s}');
    await scenario.up();
    await using probe = startProbe(scenario.pod.appUrl, { connections: 'new', path: '/' });
    await probe.answeredBy('local', 5000);
    for (let times = 0; times < 3; times += 1) {
      await save(scenario);
      await pause(1500);
    }
    await probe.answeredBy('local', 20_000);
    await probe.stop();
    // The program answers whatever it has read before it ends: nothing is lost.
    expect(
      probe.requests.filter(({ by }) => by !== 'local'),
      probe.report(),
    ).toEqual([]);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { behind, openFarPath, serverOf } from '../cluster/far-path.mjs';
import { aClusterScenario } from '../e2e/scenario.ts';
import { startDevenv } from '../e2e/world/devenv.ts';

const DELAY_MS = 40;

/** One for all requests, three to the agent (control, and a tunnel each way). */
const CONNECTIONS = 4;

/** One is spent where the agent is called before it listens, which a busy node may bring about. */
const TOO_EARLY = 1;

/** What goes through while somebody waits, on all connections together; a heartbeat each second is among it. */
const TURNS = 70;

it('a cluster that is far away is reached over four connections, and a lost packet breaks nothing', async () => {
  await using scenario = await aClusterScenario();
  const kubeconfig = JSON.parse(await readFile(scenario.pod.env['KUBECONFIG'] ?? '', 'utf8'));
  const path = await openFarPath(serverOf(kubeconfig), { delayMs: DELAY_MS, loss: 0.01 });
  try {
    const file = join(scenario.copy.folder, 'kubeconfig');
    await writeFile(file, JSON.stringify(behind(kubeconfig, path)), { mode: 0o600 });
    const place = scenario.options();
    const start = performance.now();
    await using session = startDevenv(['up'], { ...place, env: { ...place.env, KUBECONFIG: file } });
    await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
    expect(await scenario.pod.askApp('/')).toMatchObject({ by: 'local' });
    const ms = performance.now() - start;
    const { connections, turns, lost } = path.counts();
    console.log(
      `first bridged answer after ${Math.round(ms)} ms, ${connections} connections, ${turns} turns, ${lost} lost`,
    );
    expect(connections).toBeLessThanOrEqual(CONNECTIONS + TOO_EARLY);
    expect(turns).toBeLessThan(TURNS + ms / 100);
    session.signal('SIGINT');
    expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
    expect(await scenario.pod.askApp('/')).toMatchObject({ by: 'original' });
  } finally {
    await path.close();
  }
});
